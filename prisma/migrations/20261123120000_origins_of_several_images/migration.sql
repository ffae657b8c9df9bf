-- Several images can be written by one statement, each for somebody else: who asked for which is set by the statement as one document, by
-- the id of the image. Otherwise the records are the same as before.
CREATE OR REPLACE FUNCTION add_audit_record(action TEXT, tenant_id TEXT, image_id UUID, member_id TEXT, before JSONB, after JSONB)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  origins JSONB := nullif(current_setting('catalog.origins', true), '')::jsonb;
  origin JSONB := CASE WHEN origins IS NULL THEN nullif(current_setting('catalog.origin', true), '')::jsonb ELSE origins -> $3::text END;
BEGIN
  INSERT INTO audit_records (action, tenant_id, image_id, member_id, before, after, user_id, acting_tenant_id, request_id)
  VALUES ($1, $2, $3, $4, $5, $6, origin ->> 'user_id', origin ->> 'tenant_id', origin ->> 'request_id');
END
$$;
