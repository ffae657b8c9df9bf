-- Retention removes audit records with the rights of their owner: a role that only serves the catalog cannot remove them
-- otherwise (`catalog migrate --grant-to`).
ALTER FUNCTION remove_expired_audit_records(BIGINT, INTEGER) SECURITY DEFINER SET search_path = public, pg_temp;
