-- What was changed, by whom, when, and how it was before: written by triggers in the transaction of the change, so that
-- no writer can forget it. The same rows are the events that go out to others (ADR 31).

CREATE TABLE "audit_records" (
    "id" BIGSERIAL NOT NULL,
    "occurred_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "action" VARCHAR(64) COLLATE "C" NOT NULL,
    "tenant_id" VARCHAR(255) COLLATE "C",
    "image_id" UUID,
    "member_id" VARCHAR(255) COLLATE "C",
    "user_id" VARCHAR(255) COLLATE "C",
    "acting_tenant_id" VARCHAR(255) COLLATE "C",
    "request_id" VARCHAR(255) COLLATE "C",
    "before" JSONB NOT NULL DEFAULT '{}',
    "after" JSONB NOT NULL DEFAULT '{}',

    CONSTRAINT "audit_records_pkey" PRIMARY KEY ("id")
);

-- List of one tenant's records, newest first: what an owner sees.
CREATE INDEX "audit_records_tenant_idx" ON "audit_records" ("tenant_id", "id");
-- The history of one image.
CREATE INDEX "audit_records_image_idx" ON "audit_records" ("image_id", "id") WHERE "image_id" IS NOT NULL;
-- What one request changed, and what one user did.
CREATE INDEX "audit_records_request_idx" ON "audit_records" ("request_id") WHERE "request_id" IS NOT NULL;
CREATE INDEX "audit_records_user_idx" ON "audit_records" ("user_id", "id") WHERE "user_id" IS NOT NULL;
-- A range of time, and what is past its retention.
CREATE INDEX "audit_records_occurred_idx" ON "audit_records" ("occurred_at");

-- Append-only. Retention alone removes, and only through the function below.
CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' AND current_setting('catalog.audit_retention', true) = 'on' THEN
    RETURN OLD;
  END IF;
  RAISE EXCEPTION 'Audit records are append-only.' USING ERRCODE = 'insufficient_privilege';
END
$$;

CREATE TRIGGER audit_records_append_only BEFORE UPDATE OR DELETE ON "audit_records"
  FOR EACH ROW EXECUTE FUNCTION refuse_audit_change();
CREATE TRIGGER audit_records_no_truncate BEFORE TRUNCATE ON "audit_records"
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();

-- Removes the oldest records past the retention, a bounded number of them, unless another replica is at it.
CREATE FUNCTION remove_expired_audit_records(retention_seconds BIGINT, batch INTEGER) RETURNS INTEGER
LANGUAGE plpgsql AS $$
DECLARE
  removed INTEGER;
BEGIN
  IF NOT pg_try_advisory_xact_lock(hashtext('remove_expired_audit_records')) THEN
    RETURN 0;
  END IF;
  PERFORM set_config('catalog.audit_retention', 'on', true);
  DELETE FROM audit_records WHERE id IN (
    SELECT id FROM audit_records WHERE occurred_at < now() - make_interval(secs => retention_seconds)
    ORDER BY occurred_at LIMIT batch);
  GET DIAGNOSTICS removed = ROW_COUNT;
  PERFORM set_config('catalog.audit_retention', 'off', true);
  RETURN removed;
END
$$;

-- Who asked, by which request, is set by each statement that writes, for its own transaction; without it, it is the
-- service itself. These functions are PL/pgSQL because its plans are kept for the session.
CREATE FUNCTION add_audit_record(action TEXT, tenant_id TEXT, image_id UUID, member_id TEXT, before JSONB, after JSONB)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  origin JSONB := nullif(current_setting('catalog.origin', true), '')::jsonb;
BEGIN
  INSERT INTO audit_records (action, tenant_id, image_id, member_id, before, after, user_id, acting_tenant_id, request_id)
  VALUES ($1, $2, $3, $4, $5, $6, origin ->> 'user_id', origin ->> 'tenant_id', origin ->> 'request_id');
END
$$;

-- The members of one document that another lacks or has otherwise.
CREATE FUNCTION differing(one JSONB, other JSONB) RETURNS JSONB LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  RETURN (SELECT coalesce(jsonb_object_agg(key, value), '{}') FROM jsonb_each(one) WHERE value IS DISTINCT FROM other -> key);
END
$$;

-- The attributes of an image by their names in the Image API, without properties. Never where its data is.
CREATE FUNCTION audited_attributes(i images) RETURNS JSONB LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_object('owner', i.owner, 'name', i.name, 'status', i.status, 'visibility', i.visibility,
    'protected', i.protected, 'os_hidden', i.os_hidden, 'disk_format', i.disk_format, 'container_format', i.container_format,
    'size', i.size, 'virtual_size', i.virtual_size, 'checksum', i.checksum, 'os_hash_algo', i.os_hash_algo,
    'os_hash_value', i.os_hash_value, 'min_disk', i.min_disk, 'min_ram', i.min_ram, 'tags', to_jsonb(i.tags),
    'deleted', i.deleted_at IS NOT NULL)
$$;

-- What has a value, so that the record of a new image is not mostly nulls.
CREATE FUNCTION stated(document JSONB) RETURNS JSONB LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  RETURN (SELECT coalesce(jsonb_object_agg(key, value), '{}') FROM jsonb_each(document) WHERE jsonb_typeof(value) <> 'null');
END
$$;

CREATE FUNCTION record_added_image() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM add_audit_record('image.create', NEW.owner, NEW.id, NULL, '{}',
    stated(audited_attributes(NEW)) - 'deleted'
      || CASE WHEN NEW.properties = '{}' THEN '{}' ELSE jsonb_build_object('properties', NEW.properties) END);
  RETURN NULL;
END
$$;

-- Bulk loads are the operator's and may be of millions: one record per statement and tenant.
CREATE FUNCTION record_loaded_images() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF current_setting('catalog.bulk', true) = 'on' THEN
    PERFORM add_audit_record('image.load', load.owner, NULL, NULL, '{}', jsonb_build_object('images', load.images, 'bytes', load.bytes))
    FROM (SELECT owner, count(*) AS images, coalesce(sum(size), 0) AS bytes FROM added GROUP BY owner ORDER BY owner) AS load;
  END IF;
  RETURN NULL;
END
$$;

CREATE FUNCTION record_changed_image() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  old_attributes JSONB := audited_attributes(OLD);
  new_attributes JSONB := audited_attributes(NEW);
  before JSONB := differing(old_attributes, new_attributes);
  after JSONB := differing(new_attributes, old_attributes);
  action TEXT := CASE
    WHEN NEW.status = 'purged' AND OLD.status <> 'purged' THEN 'image.purge'
    WHEN OLD.deleted_at IS NULL AND NEW.deleted_at IS NOT NULL THEN 'image.delete'
    WHEN OLD.deleted_at IS NOT NULL AND NEW.deleted_at IS NULL THEN 'image.restore'
    WHEN OLD.status = NEW.status THEN 'image.update'
    WHEN NEW.status = 'deactivated' THEN 'image.deactivate'
    WHEN NEW.status = 'active' AND OLD.status = 'deactivated' THEN 'image.reactivate'
    WHEN NEW.status = 'active' THEN 'image.upload'
    WHEN NEW.status IN ('saving', 'uploading', 'importing') THEN 'image.prepare'
    WHEN NEW.status IN ('queued', 'killed') THEN 'image.reset'
    ELSE 'image.update' END;
BEGIN
  IF action = 'image.purge' THEN
    -- What is erased is not kept here a second time by its erasure.
    before := '{}';
    after := '{"status": "purged"}';
  ELSIF OLD.properties IS DISTINCT FROM NEW.properties THEN
    before := before || jsonb_build_object('properties', differing(OLD.properties, NEW.properties));
    after := after || jsonb_build_object('properties', differing(NEW.properties, OLD.properties));
  END IF;
  -- A new version of the same: a copy of the data went, or a loader wrote what was there.
  IF before <> '{}' OR after <> '{}' THEN
    PERFORM add_audit_record(action, coalesce(OLD.owner, NEW.owner), NEW.id, NULL, before, after);
  END IF;
  RETURN NULL;
END
$$;

CREATE TRIGGER images_record_added AFTER INSERT ON "images" FOR EACH ROW
  WHEN (NEW.deleted_at IS NULL AND current_setting('catalog.bulk', true) IS DISTINCT FROM 'on')
  EXECUTE FUNCTION record_added_image();
CREATE TRIGGER images_record_loaded AFTER INSERT ON "images"
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION record_loaded_images();
CREATE TRIGGER images_record_changed AFTER UPDATE ON "images"
  FOR EACH ROW EXECUTE FUNCTION record_changed_image();

-- Members and copies of data that go with the purge of their image are part of it.
CREATE FUNCTION record_member() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  image images%ROWTYPE;
BEGIN
  IF TG_OP = 'INSERT' AND current_setting('catalog.bulk', true) = 'on' THEN
    RETURN NULL;
  END IF;
  IF TG_OP = 'UPDATE' AND OLD.status = NEW.status THEN
    RETURN NULL;
  END IF;
  SELECT * INTO image FROM images WHERE id = coalesce(NEW.image_id, OLD.image_id);
  IF FOUND AND image.status <> 'purged' THEN
    PERFORM add_audit_record(
      CASE TG_OP WHEN 'INSERT' THEN 'image.member.create' WHEN 'UPDATE' THEN 'image.member.update' ELSE 'image.member.delete' END,
      image.owner, image.id, coalesce(NEW.member_id, OLD.member_id),
      CASE WHEN TG_OP = 'INSERT' THEN '{}' ELSE jsonb_build_object('status', OLD.status) END,
      CASE WHEN TG_OP = 'DELETE' THEN '{}' ELSE jsonb_build_object('status', NEW.status) END);
  END IF;
  RETURN NULL;
END
$$;

CREATE TRIGGER image_members_record AFTER INSERT OR UPDATE OR DELETE ON "image_members"
  FOR EACH ROW EXECUTE FUNCTION record_member();

-- The store, never the place in it: a URL may be a secret.
CREATE FUNCTION record_location() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  image images%ROWTYPE;
BEGIN
  SELECT * INTO image FROM images WHERE id = coalesce(NEW.image_id, OLD.image_id);
  IF FOUND AND image.status <> 'purged' THEN
    PERFORM add_audit_record(
      CASE TG_OP WHEN 'INSERT' THEN 'image.location.create' ELSE 'image.location.delete' END,
      image.owner, image.id, NULL,
      CASE WHEN TG_OP = 'INSERT' THEN '{}' ELSE jsonb_build_object('store', OLD.store_id) END,
      CASE WHEN TG_OP = 'DELETE' THEN '{}' ELSE jsonb_build_object('store', NEW.store_id) END);
  END IF;
  RETURN NULL;
END
$$;

CREATE TRIGGER image_locations_record AFTER INSERT OR DELETE ON "image_locations"
  FOR EACH ROW EXECUTE FUNCTION record_location();

CREATE FUNCTION audited_tenant(t tenants) RETURNS JSONB LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_object('suspended', t.suspended, 'image_count_quota', t.image_count_quota, 'image_bytes_quota', t.image_bytes_quota)
$$;

CREATE FUNCTION record_tenant() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    PERFORM add_audit_record('tenant.create', NEW.id, NULL, NULL, '{}', stated(audited_tenant(NEW)));
  ELSIF TG_OP = 'DELETE' THEN
    PERFORM add_audit_record('tenant.delete', OLD.id, NULL, NULL, stated(audited_tenant(OLD)), '{}');
  ELSE
    PERFORM add_audit_record(
      CASE WHEN OLD.suspended = NEW.suspended THEN 'tenant.quota.update' WHEN NEW.suspended THEN 'tenant.suspend' ELSE 'tenant.resume' END,
      NEW.id, NULL, NULL, differing(audited_tenant(OLD), audited_tenant(NEW)), differing(audited_tenant(NEW), audited_tenant(OLD)));
  END IF;
  RETURN NULL;
END
$$;

CREATE TRIGGER tenants_record AFTER INSERT OR DELETE ON "tenants" FOR EACH ROW EXECUTE FUNCTION record_tenant();
CREATE TRIGGER tenants_record_changed AFTER UPDATE ON "tenants" FOR EACH ROW
  WHEN (OLD.suspended IS DISTINCT FROM NEW.suspended OR OLD.image_count_quota IS DISTINCT FROM NEW.image_count_quota
    OR OLD.image_bytes_quota IS DISTINCT FROM NEW.image_bytes_quota)
  EXECUTE FUNCTION record_tenant();

CREATE FUNCTION record_tenant_removal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM add_audit_record('tenant.removal.begin', NEW.tenant_id, NULL, NULL, NEW.holdings, '{}');
  RETURN NULL;
END
$$;

CREATE TRIGGER tenant_removals_record_added AFTER INSERT ON "tenant_removals" FOR EACH ROW EXECUTE FUNCTION record_tenant_removal();
CREATE TRIGGER tenant_removals_record_again AFTER UPDATE ON "tenant_removals" FOR EACH ROW
  WHEN (OLD.state = 'done' AND NEW.state = 'running') EXECUTE FUNCTION record_tenant_removal();

-- Projects of the embedded identity are tenants, too.
CREATE FUNCTION record_project() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  old_project JSONB := CASE WHEN TG_OP = 'INSERT' THEN '{}' ELSE to_jsonb(OLD) - 'id' - 'created_at' END;
  new_project JSONB := CASE WHEN TG_OP = 'DELETE' THEN '{}' ELSE to_jsonb(NEW) - 'id' - 'created_at' END;
BEGIN
  IF old_project <> new_project THEN
    PERFORM add_audit_record(
      CASE TG_OP WHEN 'INSERT' THEN 'project.create' WHEN 'UPDATE' THEN 'project.update' ELSE 'project.delete' END,
      coalesce(NEW.id, OLD.id), NULL, NULL, differing(old_project, new_project), differing(new_project, old_project));
  END IF;
  RETURN NULL;
END
$$;

CREATE TRIGGER identity_projects_record AFTER INSERT OR UPDATE OR DELETE ON "identity_projects"
  FOR EACH ROW EXECUTE FUNCTION record_project();
