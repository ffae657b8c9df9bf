-- How many live images, of how many bytes, have which status: for monitoring, which must not count a million rows each
-- time it looks. Every connection counts in a shard of its own, so that writers do not wait for each other; the figure
-- is the sum of the shards (ADR 44).

CREATE TABLE "image_figures" (
    "status" VARCHAR(16) COLLATE "C" NOT NULL,
    "shard" SMALLINT NOT NULL,
    "images" BIGINT NOT NULL,
    "bytes" NUMERIC(40,0) NOT NULL,

    CONSTRAINT "image_figures_pkey" PRIMARY KEY ("status", "shard")
) WITH (fillfactor = 50);

CREATE FUNCTION add_image_figure(image_status VARCHAR, images BIGINT, bytes NUMERIC) RETURNS void LANGUAGE sql AS $$
  INSERT INTO image_figures (status, shard, images, bytes)
  VALUES (image_status, pg_backend_pid() % 64, images, bytes)
  ON CONFLICT (status, shard) DO UPDATE SET
    images = image_figures.images + EXCLUDED.images,
    bytes = image_figures.bytes + EXCLUDED.bytes
$$;

CREATE FUNCTION figure_added_images() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM add_image_figure(figure.status, figure.images, figure.bytes) FROM (
    SELECT status, count(*) AS images, coalesce(sum(size), 0) AS bytes
    FROM added WHERE deleted_at IS NULL GROUP BY status ORDER BY status
  ) AS figure;
  RETURN NULL;
END
$$;

CREATE FUNCTION figure_changed_image() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.deleted_at IS NULL THEN
    PERFORM add_image_figure(OLD.status, -1, -coalesce(OLD.size, 0));
  END IF;
  IF TG_OP = 'UPDATE' AND NEW.deleted_at IS NULL THEN
    PERFORM add_image_figure(NEW.status, 1, coalesce(NEW.size, 0));
  END IF;
  RETURN NULL;
END
$$;

CREATE FUNCTION forget_image_figures() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM image_figures;
  RETURN NULL;
END
$$;

-- The triggers keep writers out until the end of the migration; what they wrote before is counted below.
CREATE TRIGGER images_figure_added AFTER INSERT ON "images"
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION figure_added_images();
CREATE TRIGGER images_figure_changed AFTER UPDATE ON "images" FOR EACH ROW
  WHEN (OLD.status IS DISTINCT FROM NEW.status OR OLD.size IS DISTINCT FROM NEW.size
    OR (OLD.deleted_at IS NULL) IS DISTINCT FROM (NEW.deleted_at IS NULL))
  EXECUTE FUNCTION figure_changed_image();
CREATE TRIGGER images_figure_removed AFTER DELETE ON "images" FOR EACH ROW EXECUTE FUNCTION figure_changed_image();
CREATE TRIGGER images_figure_cleared AFTER TRUNCATE ON "images"
  FOR EACH STATEMENT EXECUTE FUNCTION forget_image_figures();

INSERT INTO "image_figures" ("status", "shard", "images", "bytes")
  SELECT "status", 0, count(*), coalesce(sum("size"), 0) FROM "images" WHERE "deleted_at" IS NULL GROUP BY "status";
