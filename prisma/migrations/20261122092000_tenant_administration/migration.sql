-- Tenants are listed, suspended and removed by administrators.

-- List of tenants, by id; and where a page begins.
CREATE INDEX "tenants_id_idx" ON "tenants" ("id" COLLATE "C");
-- The few tenants that are suspended: every replica reads them every two seconds while it is asked for anything.
CREATE INDEX "tenants_suspended_idx" ON "tenants" ("id") WHERE "suspended";
-- Deleted images of one tenant: removal of the tenant, and the list of deleted images by owner.
CREATE INDEX "images_owner_deleted_idx" ON "images" ("owner", "deleted_at", "id") WHERE "deleted_at" IS NOT NULL AND "status" <> 'purged';

-- The removal of a tenant goes on in the background, on whichever replica holds the lease. The row stays as its record.
CREATE TABLE "tenant_removals" (
    "tenant_id" VARCHAR(255) COLLATE "C" NOT NULL,
    "state" VARCHAR(16) NOT NULL DEFAULT 'running',
    "holdings" JSONB NOT NULL,
    "origin" JSONB NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "finished_at" TIMESTAMPTZ(3),
    "leased_until" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "tenant_removals_pkey" PRIMARY KEY ("tenant_id"),
    CONSTRAINT "tenant_removals_state_check" CHECK ("state" IN ('running', 'done')),
    CONSTRAINT "tenant_removals_finished_check" CHECK (("finished_at" IS NULL) = ("state" = 'running'))
);
-- Removals that nobody works on.
CREATE INDEX "tenant_removals_due_idx" ON "tenant_removals" ("leased_until") WHERE "state" = 'running';
