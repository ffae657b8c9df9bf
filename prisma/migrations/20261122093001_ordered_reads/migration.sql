-- Lists cost what a page costs, however large the catalog is: every order that can be asked for has an index that
-- serves it, and what is shared with a tenant can be read in order without looking at the images first.

-- The order of shared images, beside the condition that selects them. Triggers keep both equal to the image's own.
ALTER TABLE "image_members"
    ADD COLUMN "image_created_at" TIMESTAMPTZ(3),
    ADD COLUMN "image_name" VARCHAR(255) COLLATE "C";
UPDATE "image_members" m SET image_created_at = i.created_at, image_name = i.name
FROM "images" i WHERE i.id = m.image_id;
ALTER TABLE "image_members" ALTER COLUMN "image_created_at" SET NOT NULL;

-- The lock makes a change of the image that runs beside this wait, so that its trigger finds the new row.
CREATE FUNCTION copy_order_of_image() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  SELECT created_at, name INTO NEW.image_created_at, NEW.image_name FROM images WHERE id = NEW.image_id FOR SHARE;
  -- No such image: the foreign key is to say so.
  NEW.image_created_at := coalesce(NEW.image_created_at, NEW.created_at);
  RETURN NEW;
END
$$;
CREATE TRIGGER image_members_order BEFORE INSERT ON "image_members" FOR EACH ROW EXECUTE FUNCTION copy_order_of_image();

CREATE FUNCTION copy_order_to_members() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE image_members SET image_created_at = NEW.created_at, image_name = NEW.name WHERE image_id = NEW.id;
  RETURN NULL;
END
$$;
CREATE TRIGGER images_order_of_members AFTER UPDATE OF "created_at", "name" ON "images" FOR EACH ROW
  WHEN (OLD.created_at IS DISTINCT FROM NEW.created_at OR OLD.name IS DISTINCT FROM NEW.name)
  EXECUTE FUNCTION copy_order_to_members();

-- List, images shared with a tenant: by date and by name.
CREATE INDEX "image_members_created_idx" ON "image_members" ("member_id", "status", "image_created_at", "image_id");
CREATE INDEX "image_members_name_idx" ON "image_members" ("member_id", "status", "image_name", "image_created_at", "image_id");
DROP INDEX "image_members_member_status_idx";

-- List, the other orders that can be asked for.
CREATE INDEX "images_size_idx" ON "images" ("size", "created_at", "id") WHERE "deleted_at" IS NULL;
CREATE INDEX "images_status_idx" ON "images" ("status", "created_at", "id") WHERE "deleted_at" IS NULL;
CREATE INDEX "images_disk_format_idx" ON "images" ("disk_format", "created_at", "id") WHERE "deleted_at" IS NULL;
CREATE INDEX "images_container_format_idx" ON "images" ("container_format", "created_at", "id") WHERE "deleted_at" IS NULL;
-- List, hidden images alone: few among many.
CREATE INDEX "images_hidden_idx" ON "images" ("created_at", "id") WHERE "deleted_at" IS NULL AND "os_hidden";
-- List, an image by what it holds.
CREATE INDEX "images_checksum_idx" ON "images" USING HASH ("checksum") WHERE "deleted_at" IS NULL;
CREATE INDEX "images_hash_value_idx" ON "images" USING HASH ("os_hash_value") WHERE "deleted_at" IS NULL;

-- One plan serves tenants of every size, so it must suit the large: reading in the order of an index costs the small
-- nothing. Without this the planner takes every tenant for an average one, and sorts what an average one has.
ALTER TABLE "images" ALTER COLUMN "owner" SET (n_distinct = 20);
ALTER TABLE "image_members" ALTER COLUMN "member_id" SET (n_distinct = 20);
ANALYZE "images", "image_members";
