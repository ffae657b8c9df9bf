-- Hashes that images lack are computed by tasks of a kind of their own, after whatever users wait for.
ALTER TABLE "image_tasks" DROP CONSTRAINT "image_tasks_type_check";
ALTER TABLE "image_tasks" ADD CONSTRAINT "image_tasks_type_check"
    CHECK ("type" IN ('import', 'api_image_import', 'location_import', 'hash_calculation'));

-- What to work on next.
DROP INDEX "image_tasks_queue_idx";
CREATE INDEX "image_tasks_queue_idx" ON "image_tasks" (("type" = 'hash_calculation'), "created_at", "id")
    WHERE "status" IN ('pending', 'processing');
