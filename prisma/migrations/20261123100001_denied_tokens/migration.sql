-- Bearer tokens of OpenID Connect issuers that are no longer accepted: one, or those of a user until a moment.
CREATE TABLE "identity_denied_tokens" (
    "id" VARCHAR(32) COLLATE "C" NOT NULL,
    "issuer" TEXT COLLATE "C" NOT NULL,
    "token_id" TEXT COLLATE "C",
    "subject" TEXT COLLATE "C",
    "issued_until" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "identity_denied_tokens_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "identity_denied_tokens_one_check" CHECK (("token_id" IS NULL) <> ("subject" IS NULL)
        AND ("subject" IS NULL) = ("issued_until" IS NULL))
);
-- Log-ins that came from a token which is denied now.
CREATE INDEX "identity_denied_tokens_token_id_idx" ON "identity_denied_tokens" ("token_id");
CREATE INDEX "identity_denied_tokens_subject_idx" ON "identity_denied_tokens" ("subject");

CREATE FUNCTION audited_denial(d identity_denied_tokens) RETURNS JSONB LANGUAGE sql STABLE AS $$
  SELECT jsonb_strip_nulls(jsonb_build_object('issuer', d.issuer, 'token_id', d.token_id, 'subject', d.subject,
    'issued_until', d.issued_until))
$$;

CREATE FUNCTION record_denied_token() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM add_entity_record('denied_token', NULL, jsonb_build_object('id', coalesce(NEW.id, OLD.id)),
    CASE WHEN TG_OP = 'DELETE' THEN audited_denial(OLD) END, CASE WHEN TG_OP = 'INSERT' THEN audited_denial(NEW) END);
  RETURN NULL;
END
$$;

CREATE TRIGGER identity_denied_tokens_record AFTER INSERT OR DELETE ON "identity_denied_tokens"
  FOR EACH ROW EXECUTE FUNCTION record_denied_token();
