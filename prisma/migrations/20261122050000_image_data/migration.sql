-- Where the data of images is, who is bringing some, and what is to be removed. Bytes are never touched inside a
-- transaction: a row here says beforehand, or until it is done, what a killed process leaves to others.

CREATE TABLE "image_locations" (
    "image_id" UUID NOT NULL,
    "store_id" VARCHAR(64) COLLATE "C" NOT NULL,
    "key" VARCHAR(255) COLLATE "C" NOT NULL,
    "url" TEXT NOT NULL,
    "metadata" JSONB NOT NULL DEFAULT '{}',
    "status" VARCHAR(16) NOT NULL DEFAULT 'active',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "image_locations_pkey" PRIMARY KEY ("image_id", "store_id", "key"),
    CONSTRAINT "image_locations_status_check" CHECK ("status" IN ('active', 'pending')),
    CONSTRAINT "image_locations_image_id_fkey" FOREIGN KEY ("image_id") REFERENCES "images"("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- Whose data a key of a store is, for the audit; a key belongs to one image.
CREATE UNIQUE INDEX "image_locations_key_idx" ON "image_locations" ("store_id", "key");

-- A lease: whoever holds it may bring data to the image, as long as it is renewed.
CREATE TABLE "image_uploads" (
    "image_id" UUID NOT NULL,
    "upload_id" UUID NOT NULL,
    "store_id" VARCHAR(64) COLLATE "C" NOT NULL,
    "key" VARCHAR(255) COLLATE "C" NOT NULL,
    "kind" VARCHAR(16) NOT NULL,
    "reserved_bytes" BIGINT NOT NULL DEFAULT 0,
    "started_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "heartbeat_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "image_uploads_pkey" PRIMARY KEY ("image_id"),
    CONSTRAINT "image_uploads_kind_check" CHECK ("kind" IN ('saving', 'staging')),
    CONSTRAINT "image_uploads_reserved_check" CHECK ("reserved_bytes" >= 0),
    CONSTRAINT "image_uploads_image_id_fkey" FOREIGN KEY ("image_id") REFERENCES "images"("id") ON DELETE CASCADE ON UPDATE CASCADE
);
-- Leases that nobody renewed.
CREATE INDEX "image_uploads_heartbeat_idx" ON "image_uploads" ("heartbeat_at");

-- Data that no record names any more. A row stays until the store has confirmed the removal.
CREATE TABLE "image_data_removals" (
    "store_id" VARCHAR(64) COLLATE "C" NOT NULL,
    "key" VARCHAR(255) COLLATE "C" NOT NULL,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "not_before" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "queued_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "image_data_removals_pkey" PRIMARY KEY ("store_id", "key")
);
-- What is due next.
CREATE INDEX "image_data_removals_due_idx" ON "image_data_removals" ("not_before");

-- A deleted image keeps its bytes as long as it can be restored, so its tenant goes on paying for them.
CREATE OR REPLACE FUNCTION count_added_images() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM add_tenant_usage(usage.owner, usage.images, usage.bytes) FROM (
    SELECT owner, (count(*) FILTER (WHERE deleted_at IS NULL))::integer AS images, coalesce(sum(size), 0) AS bytes
    FROM added WHERE owner IS NOT NULL GROUP BY owner ORDER BY owner
  ) AS usage;
  RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION count_changed_image() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.owner IS NOT NULL THEN
    PERFORM add_tenant_usage(OLD.owner, -(OLD.deleted_at IS NULL)::integer, -coalesce(OLD.size, 0));
  END IF;
  IF NEW.owner IS NOT NULL THEN
    PERFORM add_tenant_usage(NEW.owner, (NEW.deleted_at IS NULL)::integer, coalesce(NEW.size, 0));
  END IF;
  RETURN NULL;
END
$$;

UPDATE "tenants" t SET "image_bytes" = t."image_bytes" + deleted.bytes
FROM (SELECT owner, sum(size) AS bytes FROM "images" WHERE deleted_at IS NOT NULL AND owner IS NOT NULL AND size IS NOT NULL GROUP BY owner) AS deleted
WHERE t."id" = deleted.owner;
