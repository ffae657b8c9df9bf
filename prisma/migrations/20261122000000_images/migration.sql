-- Tenants, images and members. The live catalog is what is not deleted; nearly every index is partial on it.
-- Text that is sorted or compared collates "C" (code points): the same order on every server, and cheaper.

CREATE TABLE "tenants" (
    "id" VARCHAR(255) NOT NULL,
    "suspended" BOOLEAN NOT NULL DEFAULT false,
    "image_count" INTEGER NOT NULL DEFAULT 0,
    "image_count_quota" BIGINT,
    "image_bytes_quota" BIGINT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "tenants_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "images" (
    "id" UUID NOT NULL,
    "owner" VARCHAR(255) COLLATE "C",
    "name" VARCHAR(255) COLLATE "C",
    "status" VARCHAR(16) COLLATE "C" NOT NULL DEFAULT 'queued',
    "visibility" VARCHAR(16) COLLATE "C" NOT NULL DEFAULT 'shared',
    "protected" BOOLEAN NOT NULL DEFAULT false,
    "os_hidden" BOOLEAN NOT NULL DEFAULT false,
    "disk_format" VARCHAR(64) COLLATE "C",
    "container_format" VARCHAR(64) COLLATE "C",
    "size" BIGINT,
    "virtual_size" BIGINT,
    "checksum" VARCHAR(32) COLLATE "C",
    "os_hash_algo" VARCHAR(64) COLLATE "C",
    "os_hash_value" VARCHAR(128) COLLATE "C",
    "min_disk" INTEGER NOT NULL DEFAULT 0,
    "min_ram" INTEGER NOT NULL DEFAULT 0,
    "tags" TEXT[],
    "properties" JSONB NOT NULL DEFAULT '{}',
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "deleted_at" TIMESTAMPTZ(3),

    CONSTRAINT "images_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "images_visibility_check" CHECK ("visibility" IN ('private', 'shared', 'community', 'public')),
    CONSTRAINT "images_size_check" CHECK ("size" >= 0),
    CONSTRAINT "images_virtual_size_check" CHECK ("virtual_size" >= 0),
    CONSTRAINT "images_minimums_check" CHECK ("min_disk" >= 0 AND "min_ram" >= 0),
    CONSTRAINT "images_properties_check" CHECK (jsonb_typeof("properties") = 'object')
);

CREATE TABLE "image_members" (
    "image_id" UUID NOT NULL,
    "member_id" VARCHAR(255) NOT NULL,
    "status" VARCHAR(16) NOT NULL DEFAULT 'pending',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "image_members_pkey" PRIMARY KEY ("image_id", "member_id"),
    CONSTRAINT "image_members_status_check" CHECK ("status" IN ('pending', 'accepted', 'rejected')),
    CONSTRAINT "image_members_image_id_fkey" FOREIGN KEY ("image_id") REFERENCES "images"("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- Ascending throughout: a backward scan serves the descending orders, the default (newest first) among them.
-- List, own images of a tenant in the default order.
CREATE INDEX "images_owner_created_idx" ON "images" ("owner", "created_at", "id") WHERE "deleted_at" IS NULL;
-- List, own images sorted or filtered by name; also a name look-up within one tenant.
CREATE INDEX "images_owner_name_idx" ON "images" ("owner", "name", "created_at", "id") WHERE "deleted_at" IS NULL;
-- List, everybody's share of the default list: public images, newest first. Also community with visibility=community or all.
CREATE INDEX "images_visibility_created_idx" ON "images" ("visibility", "created_at", "id") WHERE "deleted_at" IS NULL;
-- List, public or community images sorted by name, and name look-ups across tenants (openstack image show NAME).
CREATE INDEX "images_visibility_name_idx" ON "images" ("visibility", "name", "created_at", "id") WHERE "deleted_at" IS NULL;
-- List for admins, default order, and name look-up over everything.
CREATE INDEX "images_created_idx" ON "images" ("created_at", "id") WHERE "deleted_at" IS NULL;
CREATE INDEX "images_name_idx" ON "images" ("name", "created_at", "id") WHERE "deleted_at" IS NULL;
-- Sort by updated_at; changes-since of the Compute list.
CREATE INDEX "images_updated_idx" ON "images" ("updated_at", "created_at", "id") WHERE "deleted_at" IS NULL;
-- Filters on tags (tags @> ...) and on additional properties (properties @> ...).
CREATE INDEX "images_tags_idx" ON "images" USING GIN ("tags") WHERE "deleted_at" IS NULL;
CREATE INDEX "images_properties_idx" ON "images" USING GIN ("properties" jsonb_path_ops) WHERE "deleted_at" IS NULL;
-- Images shared with a tenant, by member status.
CREATE INDEX "image_members_member_status_idx" ON "image_members" ("member_id", "status");
