-- How many live images, of how many bytes, each tenant owns. Kept by triggers, so that every writer (API, bulk load,
-- restore) counts alike and in its own transaction. A tenant appears here with its first image.

ALTER TABLE "tenants" ADD COLUMN "image_bytes" BIGINT NOT NULL DEFAULT 0;

CREATE FUNCTION add_tenant_usage(tenant VARCHAR, images INTEGER, bytes NUMERIC) RETURNS void LANGUAGE sql AS $$
  INSERT INTO tenants (id, image_count, image_bytes) VALUES (tenant, images, bytes)
  ON CONFLICT (id) DO UPDATE SET
    image_count = tenants.image_count + EXCLUDED.image_count,
    image_bytes = tenants.image_bytes + EXCLUDED.image_bytes
$$;

-- Once per statement and tenant, in the order of ids: bulk loads stay fast and cannot deadlock among themselves.
CREATE FUNCTION count_added_images() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM add_tenant_usage(usage.owner, usage.images, usage.bytes) FROM (
    SELECT owner, count(*)::integer AS images, coalesce(sum(size), 0) AS bytes
    FROM added WHERE deleted_at IS NULL AND owner IS NOT NULL GROUP BY owner ORDER BY owner
  ) AS usage;
  RETURN NULL;
END
$$;

CREATE FUNCTION count_changed_image() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.deleted_at IS NULL AND OLD.owner IS NOT NULL THEN
    PERFORM add_tenant_usage(OLD.owner, -1, -coalesce(OLD.size, 0));
  END IF;
  IF NEW.deleted_at IS NULL AND NEW.owner IS NOT NULL THEN
    PERFORM add_tenant_usage(NEW.owner, 1, coalesce(NEW.size, 0));
  END IF;
  RETURN NULL;
END
$$;

CREATE TRIGGER images_count_added AFTER INSERT ON "images"
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION count_added_images();

CREATE TRIGGER images_count_changed AFTER UPDATE ON "images" FOR EACH ROW
  WHEN (OLD.owner IS DISTINCT FROM NEW.owner OR OLD.size IS DISTINCT FROM NEW.size
    OR (OLD.deleted_at IS NULL) IS DISTINCT FROM (NEW.deleted_at IS NULL))
  EXECUTE FUNCTION count_changed_image();

-- Deleted images of the retention period: listed, restored and purged by the time of their deletion.
CREATE INDEX "images_deleted_idx" ON "images" ("deleted_at", "id") WHERE "deleted_at" IS NOT NULL AND "status" <> 'purged';
