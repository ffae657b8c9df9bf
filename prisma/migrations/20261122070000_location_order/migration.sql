-- Locations have an order that clients choose, and several images may refer to the same data on a web server.
ALTER TABLE "image_locations" ADD COLUMN "position" INTEGER NOT NULL DEFAULT 0;
DROP INDEX "image_locations_key_idx";
-- For: which keys of a store are known (audit of image data).
CREATE INDEX "image_locations_key_idx" ON "image_locations" ("store_id", "key");
