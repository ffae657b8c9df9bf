-- Bytes that were staged and wait for their import: at most one lot for each image.
CREATE TABLE "image_staged_data" (
    "image_id" UUID NOT NULL,
    "store_id" VARCHAR(64) COLLATE "C" NOT NULL,
    "key" VARCHAR(255) COLLATE "C" NOT NULL,
    "size" BIGINT NOT NULL,
    "checksum" VARCHAR(32) NOT NULL,
    "staged_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "image_staged_data_pkey" PRIMARY KEY ("image_id"),
    CONSTRAINT "image_staged_data_size_check" CHECK ("size" >= 0),
    CONSTRAINT "image_staged_data_image_id_fkey" FOREIGN KEY ("image_id") REFERENCES "images"("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- Whose data a key of the staging area is, for the audit.
CREATE UNIQUE INDEX "image_staged_data_key_idx" ON "image_staged_data" ("store_id", "key");
-- What was staged and never imported.
CREATE INDEX "image_staged_data_age_idx" ON "image_staged_data" ("staged_at");
