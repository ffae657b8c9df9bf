-- Only a superuser may make a function with a setting of ours in its definition, or restore one from a backup; databases
-- whose migrations ran before have such a one.
CREATE OR REPLACE FUNCTION remove_expired_audit_records(retention_seconds BIGINT, batch INTEGER) RETURNS INTEGER
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  removed INTEGER;
BEGIN
  IF NOT pg_try_advisory_xact_lock(hashtext('remove_expired_audit_records')) THEN
    RETURN 0;
  END IF;
  PERFORM set_config('catalog.audit_retention', 'on', true);
  DELETE FROM audit_records WHERE id IN (
    SELECT r.id FROM audit_records r WHERE r.occurred_at < now() - make_interval(secs => retention_seconds)
      AND NOT EXISTS (SELECT FROM webhook_deliveries d WHERE d.record_id = r.id AND d.state = 'pending')
    ORDER BY r.occurred_at LIMIT batch);
  GET DIAGNOSTICS removed = ROW_COUNT;
  PERFORM set_config('catalog.audit_retention', 'off', true);
  RETURN removed;
END
$$;
