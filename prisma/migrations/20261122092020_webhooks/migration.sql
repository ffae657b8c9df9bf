-- Events leave the audit records for webhooks: how far each webhook has got, and what is still to be delivered to it.

CREATE TABLE "webhook_cursors" (
    "webhook_id" VARCHAR(64) COLLATE "C" NOT NULL,
    "position" BIGINT NOT NULL,

    CONSTRAINT "webhook_cursors_pkey" PRIMARY KEY ("webhook_id")
);

CREATE TABLE "webhook_deliveries" (
    "webhook_id" VARCHAR(64) COLLATE "C" NOT NULL,
    "record_id" BIGINT NOT NULL,
    "subject" VARCHAR(300) COLLATE "C" NOT NULL,
    "state" VARCHAR(8) NOT NULL DEFAULT 'pending',
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "not_before" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_error" VARCHAR(255),

    CONSTRAINT "webhook_deliveries_pkey" PRIMARY KEY ("webhook_id", "record_id"),
    CONSTRAINT "webhook_deliveries_state_check" CHECK ("state" IN ('pending', 'dead')),
    CONSTRAINT "webhook_deliveries_record_id_fkey" FOREIGN KEY ("record_id") REFERENCES "audit_records"("id") ON DELETE CASCADE ON UPDATE CASCADE
);
-- What is due next; and that nothing of the same subject comes before it.
CREATE INDEX "webhook_deliveries_due_idx" ON "webhook_deliveries" ("webhook_id", "not_before") WHERE "state" = 'pending';
CREATE INDEX "webhook_deliveries_subject_idx" ON "webhook_deliveries" ("webhook_id", "subject", "record_id") WHERE "state" = 'pending';
-- Dead letters of a webhook; deliveries of a record that is removed.
CREATE INDEX "webhook_deliveries_dead_idx" ON "webhook_deliveries" ("webhook_id", "record_id") WHERE "state" = 'dead';
CREATE INDEX "webhook_deliveries_record_idx" ON "webhook_deliveries" ("record_id");

-- What is still to be delivered is kept beyond its retention.
CREATE OR REPLACE FUNCTION remove_expired_audit_records(retention_seconds BIGINT, batch INTEGER) RETURNS INTEGER
LANGUAGE plpgsql AS $$
DECLARE
  removed INTEGER;
BEGIN
  IF NOT pg_try_advisory_xact_lock(hashtext('remove_expired_audit_records')) THEN
    RETURN 0;
  END IF;
  PERFORM set_config('catalog.audit_retention', 'on', true);
  DELETE FROM audit_records WHERE id IN (
    SELECT r.id FROM audit_records r WHERE r.occurred_at < now() - make_interval(secs => retention_seconds)
      AND NOT EXISTS (SELECT FROM webhook_deliveries d WHERE d.record_id = r.id AND d.state = 'pending')
    ORDER BY r.occurred_at LIMIT batch);
  GET DIAGNOSTICS removed = ROW_COUNT;
  PERFORM set_config('catalog.audit_retention', 'off', true);
  RETURN removed;
END
$$;
