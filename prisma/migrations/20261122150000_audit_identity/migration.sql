-- Changes of the embedded identity and of metadata definitions are recorded, too (ADR 53). Columns are named one by one,
-- so that hashes of passwords and secrets are never among them. What goes with its owner is part of that.

-- One record of a thing that has no image: `entity.create`, `.update` or `.delete`. `key` says which thing it is.
CREATE FUNCTION add_entity_record(entity TEXT, owner TEXT, key JSONB, old_state JSONB, new_state JSONB)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF old_state IS NULL THEN
    PERFORM add_audit_record(entity || '.create', owner, NULL, NULL, '{}', key || stated(new_state));
  ELSIF new_state IS NULL THEN
    PERFORM add_audit_record(entity || '.delete', owner, NULL, NULL, key || stated(old_state), '{}');
  ELSIF old_state <> new_state THEN
    PERFORM add_audit_record(entity || '.update', owner, NULL, NULL,
      key || differing(old_state, new_state), key || differing(new_state, old_state));
  END IF;
END
$$;

CREATE FUNCTION record_domain() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM add_entity_record('domain', NULL, jsonb_build_object('id', coalesce(NEW.id, OLD.id)),
    CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) - 'id' - 'created_at' END,
    CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) - 'id' - 'created_at' END);
  RETURN NULL;
END
$$;

CREATE TRIGGER identity_domains_record AFTER INSERT OR UPDATE OR DELETE ON "identity_domains"
  FOR EACH ROW EXECUTE FUNCTION record_domain();

CREATE FUNCTION audited_user(u identity_users) RETURNS JSONB LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_object('name', u.name, 'domain_id', u.domain_id, 'email', u.email, 'description', u.description,
    'default_project_id', u.default_project_id, 'enabled', u.enabled)
$$;

CREATE FUNCTION record_user() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  key JSONB := jsonb_build_object('id', coalesce(NEW.id, OLD.id));
BEGIN
  PERFORM add_entity_record('user', NULL, key,
    CASE WHEN TG_OP <> 'INSERT' THEN audited_user(OLD) END, CASE WHEN TG_OP <> 'DELETE' THEN audited_user(NEW) END);
  IF TG_OP = 'UPDATE' AND OLD.password_hash IS DISTINCT FROM NEW.password_hash THEN
    PERFORM add_audit_record('user.password.update', NULL, NULL, NULL, key, key);
  END IF;
  IF TG_OP = 'UPDATE' AND OLD.api_key_hash IS DISTINCT FROM NEW.api_key_hash THEN
    PERFORM add_audit_record('user.api_key.update', NULL, NULL, NULL, key, key);
  END IF;
  RETURN NULL;
END
$$;

CREATE TRIGGER identity_users_record AFTER INSERT OR UPDATE OR DELETE ON "identity_users"
  FOR EACH ROW EXECUTE FUNCTION record_user();

CREATE FUNCTION record_role() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM add_entity_record('role', NULL, jsonb_build_object('id', coalesce(NEW.id, OLD.id)),
    CASE WHEN TG_OP <> 'INSERT' THEN jsonb_build_object('name', OLD.name, 'description', OLD.description) END,
    CASE WHEN TG_OP <> 'DELETE' THEN jsonb_build_object('name', NEW.name, 'description', NEW.description) END);
  RETURN NULL;
END
$$;

CREATE TRIGGER identity_roles_record AFTER INSERT OR UPDATE OR DELETE ON "identity_roles"
  FOR EACH ROW EXECUTE FUNCTION record_role();

-- On a project, on a domain, or on neither, which is the system.
CREATE FUNCTION audited_assignment(a identity_role_assignments) RETURNS JSONB LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_object('user_id', a.user_id, 'role_id', a.role_id, 'project_id', a.project_id, 'domain_id', a.domain_id,
    'system', CASE WHEN a.project_id IS NULL AND a.domain_id IS NULL THEN true END)
$$;

CREATE FUNCTION record_role_assignment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' AND (NOT EXISTS (SELECT FROM identity_users WHERE id = OLD.user_id)
    OR NOT EXISTS (SELECT FROM identity_roles WHERE id = OLD.role_id)
    OR OLD.project_id IS NOT NULL AND NOT EXISTS (SELECT FROM identity_projects WHERE id = OLD.project_id)
    OR OLD.domain_id IS NOT NULL AND NOT EXISTS (SELECT FROM identity_domains WHERE id = OLD.domain_id)) THEN
    RETURN NULL;
  END IF;
  PERFORM add_entity_record('role_assignment', NULL, '{}',
    CASE WHEN TG_OP <> 'INSERT' THEN audited_assignment(OLD) END,
    CASE WHEN TG_OP <> 'DELETE' THEN audited_assignment(NEW) END);
  RETURN NULL;
END
$$;

CREATE TRIGGER identity_role_assignments_record AFTER INSERT OR DELETE ON "identity_role_assignments"
  FOR EACH ROW EXECUTE FUNCTION record_role_assignment();

CREATE FUNCTION audited_credential(c identity_application_credentials) RETURNS JSONB LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_object('name', c.name, 'user_id', c.user_id, 'project_id', c.project_id, 'role_ids', to_jsonb(c.role_ids),
    'unrestricted', c.unrestricted)
$$;

CREATE FUNCTION record_application_credential() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' AND (NOT EXISTS (SELECT FROM identity_users WHERE id = OLD.user_id)
    OR NOT EXISTS (SELECT FROM identity_projects WHERE id = OLD.project_id)) THEN
    RETURN NULL;
  END IF;
  PERFORM add_entity_record('application_credential', NULL, jsonb_build_object('id', coalesce(NEW.id, OLD.id)),
    CASE WHEN TG_OP <> 'INSERT' THEN audited_credential(OLD) END,
    CASE WHEN TG_OP <> 'DELETE' THEN audited_credential(NEW) END);
  RETURN NULL;
END
$$;

CREATE TRIGGER identity_application_credentials_record AFTER INSERT OR DELETE ON "identity_application_credentials"
  FOR EACH ROW EXECUTE FUNCTION record_application_credential();

CREATE FUNCTION record_signing_key() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  key JSONB := jsonb_build_object('id', coalesce(NEW.id, OLD.id));
BEGIN
  PERFORM add_entity_record('signing_key', NULL, key,
    CASE WHEN TG_OP = 'DELETE' THEN '{}'::jsonb END, CASE WHEN TG_OP = 'INSERT' THEN '{}'::jsonb END);
  RETURN NULL;
END
$$;

CREATE TRIGGER identity_signing_keys_record AFTER INSERT OR DELETE ON "identity_signing_keys"
  FOR EACH ROW EXECUTE FUNCTION record_signing_key();

CREATE FUNCTION audited_namespace(n metadef_namespaces) RETURNS JSONB LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_object('namespace', n.name, 'display_name', n.display_name, 'description', n.description,
    'visibility', n.visibility, 'protected', n.protected, 'owner', n.owner)
$$;

CREATE FUNCTION record_namespace() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM add_entity_record('metadef.namespace', coalesce(OLD.owner, NEW.owner),
    jsonb_build_object('namespace', coalesce(NEW.name, OLD.name)),
    CASE WHEN TG_OP <> 'INSERT' THEN audited_namespace(OLD) END,
    CASE WHEN TG_OP <> 'DELETE' THEN audited_namespace(NEW) END);
  IF TG_OP = 'UPDATE' AND audited_namespace(OLD) = audited_namespace(NEW) THEN
    -- Written with new contents by a load: the namespace is all that is told.
    PERFORM add_audit_record('metadef.namespace.update', NEW.owner, NULL, NULL,
      jsonb_build_object('namespace', NEW.name), jsonb_build_object('namespace', NEW.name));
  END IF;
  RETURN NULL;
END
$$;

CREATE TRIGGER metadef_namespaces_record AFTER INSERT OR UPDATE OR DELETE ON "metadef_namespaces"
  FOR EACH ROW EXECUTE FUNCTION record_namespace();

-- What came with its namespace or goes with it is part of that: a load of many definitions is one record for each namespace.
CREATE FUNCTION namespace_of_change(namespace BIGINT) RETURNS metadef_namespaces LANGUAGE plpgsql AS $$
DECLARE
  found_namespace metadef_namespaces%ROWTYPE;
BEGIN
  SELECT * INTO found_namespace FROM metadef_namespaces WHERE id = namespace AND xmin <> pg_current_xact_id()::xid;
  RETURN found_namespace;
END
$$;

CREATE FUNCTION record_definition() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  namespace metadef_namespaces%ROWTYPE := namespace_of_change(coalesce(NEW.namespace_id, OLD.namespace_id));
BEGIN
  IF namespace.id IS NOT NULL THEN
    PERFORM add_entity_record('metadef.' || coalesce(NEW.kind, OLD.kind), namespace.owner,
      jsonb_build_object('namespace', namespace.name, 'name', coalesce(NEW.name, OLD.name)),
      CASE WHEN TG_OP <> 'INSERT' THEN jsonb_build_object('name', OLD.name, 'document', OLD.document) END,
      CASE WHEN TG_OP <> 'DELETE' THEN jsonb_build_object('name', NEW.name, 'document', NEW.document) END);
  END IF;
  RETURN NULL;
END
$$;

CREATE TRIGGER metadef_definitions_record AFTER INSERT OR UPDATE OR DELETE ON "metadef_definitions"
  FOR EACH ROW EXECUTE FUNCTION record_definition();

CREATE FUNCTION audited_association(a metadef_associations) RETURNS JSONB LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_object('prefix', a.prefix, 'properties_target', a.properties_target)
$$;

CREATE FUNCTION record_association() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  namespace metadef_namespaces%ROWTYPE := namespace_of_change(coalesce(NEW.namespace_id, OLD.namespace_id));
BEGIN
  IF namespace.id IS NOT NULL THEN
    PERFORM add_entity_record('metadef.association', namespace.owner,
      jsonb_build_object('namespace', namespace.name, 'resource_type', coalesce(NEW.resource_type, OLD.resource_type)),
      CASE WHEN TG_OP <> 'INSERT' THEN audited_association(OLD) END,
      CASE WHEN TG_OP <> 'DELETE' THEN audited_association(NEW) END);
  END IF;
  RETURN NULL;
END
$$;

CREATE TRIGGER metadef_associations_record AFTER INSERT OR DELETE ON "metadef_associations"
  FOR EACH ROW EXECUTE FUNCTION record_association();
