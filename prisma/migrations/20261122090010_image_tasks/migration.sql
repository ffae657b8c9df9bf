-- Long work on images, as the Image API shows it, and the queue that it is taken from: whoever works on a task
-- holds a lease in its row and renews it; a task whose lease has expired is there for the next one.
CREATE TABLE "image_tasks" (
    "id" UUID NOT NULL,
    "type" VARCHAR(32) NOT NULL,
    "status" VARCHAR(16) NOT NULL DEFAULT 'pending',
    "image_id" UUID NOT NULL,
    "owner" VARCHAR(255) COLLATE "C",
    "user_id" VARCHAR(255) COLLATE "C",
    "request_id" VARCHAR(255) COLLATE "C",
    "input" JSONB NOT NULL DEFAULT '{}',
    "plan" JSONB,
    "result" JSONB,
    "message" TEXT NOT NULL DEFAULT '',
    "bytes_done" BIGINT NOT NULL DEFAULT 0,
    "bytes_total" BIGINT,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "lease_id" UUID,
    "heartbeat_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3),

    CONSTRAINT "image_tasks_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "image_tasks_type_check" CHECK ("type" IN ('import', 'api_image_import', 'location_import')),
    CONSTRAINT "image_tasks_status_check" CHECK ("status" IN ('pending', 'processing', 'success', 'failure')),
    -- Work in progress has somebody who answers for it; whatever is over goes some day.
    CONSTRAINT "image_tasks_lease_check" CHECK (("status" = 'processing') = ("lease_id" IS NOT NULL AND "heartbeat_at" IS NOT NULL)),
    CONSTRAINT "image_tasks_expiry_check" CHECK (("status" IN ('success', 'failure')) = ("expires_at" IS NOT NULL)),
    CONSTRAINT "image_tasks_image_id_fkey" FOREIGN KEY ("image_id") REFERENCES "images"("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- The import lock: one unfinished task for each image.
CREATE UNIQUE INDEX "image_tasks_lock_idx" ON "image_tasks" ("image_id") WHERE "status" IN ('pending', 'processing');
-- What to work on next.
CREATE INDEX "image_tasks_queue_idx" ON "image_tasks" ("created_at", "id") WHERE "status" IN ('pending', 'processing');
-- The tasks of one image.
CREATE INDEX "image_tasks_image_idx" ON "image_tasks" ("image_id", "created_at", "id");
-- The list of all tasks, in its usual order.
CREATE INDEX "image_tasks_created_idx" ON "image_tasks" ("created_at", "id");
-- What is over for long enough.
CREATE INDEX "image_tasks_expires_idx" ON "image_tasks" ("expires_at") WHERE "expires_at" IS NOT NULL;

-- Images in motion, for the search for those that nobody moves.
CREATE INDEX "images_moving_idx" ON "images" ("id") WHERE "status" IN ('saving', 'uploading', 'importing') AND "deleted_at" IS NULL;
