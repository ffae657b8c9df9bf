-- An upload that can be continued: its lease is the upload itself and waits between requests; while a request writes,
-- "writer_id" says which one, as long as it renews the lease.
ALTER TABLE "image_uploads" DROP CONSTRAINT "image_uploads_kind_check";
ALTER TABLE "image_uploads" ADD COLUMN "writer_id" UUID,
    ADD COLUMN "target_store_ids" VARCHAR(64)[] COLLATE "C" NOT NULL DEFAULT '{}',
    ADD CONSTRAINT "image_uploads_kind_check" CHECK ("kind" IN ('saving', 'staging', 'resumable'));

-- What such an upload has stored so far; without the upload, data that is staged in parts and imported.
CREATE TABLE "image_upload_parts" (
    "image_id" UUID NOT NULL,
    "start" BIGINT NOT NULL,
    "size" BIGINT NOT NULL,
    "checksum" VARCHAR(32) NOT NULL,
    "store_id" VARCHAR(64) COLLATE "C" NOT NULL,
    "key" VARCHAR(255) COLLATE "C" NOT NULL,

    CONSTRAINT "image_upload_parts_pkey" PRIMARY KEY ("image_id", "start"),
    CONSTRAINT "image_upload_parts_bounds_check" CHECK ("start" >= 0 AND "size" > 0),
    CONSTRAINT "image_upload_parts_image_id_fkey" FOREIGN KEY ("image_id") REFERENCES "images"("id") ON DELETE CASCADE ON UPDATE CASCADE
);
-- Whose data a key of the staging area is, for the audit.
CREATE UNIQUE INDEX "image_upload_parts_key_idx" ON "image_upload_parts" ("store_id", "key");
