-- What OpenID Connect issuers have vouched for, for tokens of the embedded identity that were got with theirs.
CREATE TABLE "identity_federated_logins" (
    "id" VARCHAR(32) COLLATE "C" NOT NULL,
    "user_id" TEXT COLLATE "C" NOT NULL,
    "user_name" TEXT NOT NULL,
    "provider" VARCHAR(64) COLLATE "C" NOT NULL,
    "tenants" JSONB NOT NULL,
    "issuer" TEXT COLLATE "C" NOT NULL,
    "subject" TEXT COLLATE "C",
    "token_id" TEXT COLLATE "C",
    "issued_at" TIMESTAMPTZ(3),
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "identity_federated_logins_pkey" PRIMARY KEY ("id")
);
-- The purge of those that are over.
CREATE INDEX "identity_federated_logins_expires_at_idx" ON "identity_federated_logins" ("expires_at");
