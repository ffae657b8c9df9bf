-- The embedded identity: who exists, who may do what where, and the keys that sign tokens.

CREATE TABLE "identity_domains" (
    "id" VARCHAR(64) COLLATE "C" NOT NULL,
    "name" VARCHAR(255) COLLATE "C" NOT NULL,
    "description" TEXT NOT NULL DEFAULT '',
    "enabled" BOOLEAN NOT NULL DEFAULT true,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "identity_domains_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "identity_projects" (
    "id" VARCHAR(64) COLLATE "C" NOT NULL,
    "domain_id" VARCHAR(64) COLLATE "C" NOT NULL,
    "name" VARCHAR(255) COLLATE "C" NOT NULL,
    "description" TEXT NOT NULL DEFAULT '',
    "enabled" BOOLEAN NOT NULL DEFAULT true,
    "tags" TEXT[],
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "identity_projects_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "identity_projects_domain_id_fkey" FOREIGN KEY ("domain_id") REFERENCES "identity_domains"("id") ON DELETE CASCADE ON UPDATE CASCADE
);

CREATE TABLE "identity_users" (
    "id" VARCHAR(64) COLLATE "C" NOT NULL,
    "domain_id" VARCHAR(64) COLLATE "C" NOT NULL,
    "name" VARCHAR(255) COLLATE "C" NOT NULL,
    "email" VARCHAR(255),
    "description" TEXT,
    "default_project_id" VARCHAR(64) COLLATE "C",
    "enabled" BOOLEAN NOT NULL DEFAULT true,
    "password_hash" TEXT,
    "api_key_hash" VARCHAR(64),
    "token_generation" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "identity_users_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "identity_users_domain_id_fkey" FOREIGN KEY ("domain_id") REFERENCES "identity_domains"("id") ON DELETE CASCADE ON UPDATE CASCADE
);

CREATE TABLE "identity_roles" (
    "id" VARCHAR(64) COLLATE "C" NOT NULL,
    "name" VARCHAR(255) COLLATE "C" NOT NULL,
    "description" TEXT,
    "immutable" BOOLEAN NOT NULL DEFAULT false,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "identity_roles_pkey" PRIMARY KEY ("id")
);

-- Neither a project nor a domain: the assignment is on the system.
CREATE TABLE "identity_role_assignments" (
    "id" BIGSERIAL NOT NULL,
    "user_id" VARCHAR(64) COLLATE "C" NOT NULL,
    "role_id" VARCHAR(64) COLLATE "C" NOT NULL,
    "project_id" VARCHAR(64) COLLATE "C",
    "domain_id" VARCHAR(64) COLLATE "C",

    CONSTRAINT "identity_role_assignments_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "identity_role_assignments_target_check" CHECK (num_nonnulls("project_id", "domain_id") <= 1),
    CONSTRAINT "identity_role_assignments_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "identity_users"("id") ON DELETE CASCADE ON UPDATE CASCADE,
    CONSTRAINT "identity_role_assignments_role_id_fkey" FOREIGN KEY ("role_id") REFERENCES "identity_roles"("id") ON DELETE CASCADE ON UPDATE CASCADE,
    CONSTRAINT "identity_role_assignments_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "identity_projects"("id") ON DELETE CASCADE ON UPDATE CASCADE,
    CONSTRAINT "identity_role_assignments_domain_id_fkey" FOREIGN KEY ("domain_id") REFERENCES "identity_domains"("id") ON DELETE CASCADE ON UPDATE CASCADE
);

CREATE TABLE "identity_application_credentials" (
    "id" VARCHAR(64) COLLATE "C" NOT NULL,
    "user_id" VARCHAR(64) COLLATE "C" NOT NULL,
    "project_id" VARCHAR(64) COLLATE "C" NOT NULL,
    "name" VARCHAR(255) COLLATE "C" NOT NULL,
    "description" TEXT,
    "secret_hash" TEXT NOT NULL,
    "role_ids" TEXT[],
    "unrestricted" BOOLEAN NOT NULL DEFAULT false,
    "expires_at" TIMESTAMPTZ(6),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "identity_application_credentials_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "identity_application_credentials_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "identity_users"("id") ON DELETE CASCADE ON UPDATE CASCADE,
    CONSTRAINT "identity_application_credentials_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "identity_projects"("id") ON DELETE CASCADE ON UPDATE CASCADE
);

CREATE TABLE "identity_revoked_tokens" (
    "audit_id" VARCHAR(32) COLLATE "C" NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "identity_revoked_tokens_pkey" PRIMARY KEY ("audit_id")
);

CREATE TABLE "identity_signing_keys" (
    "id" VARCHAR(16) COLLATE "C" NOT NULL,
    "secret" BYTEA NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "identity_signing_keys_pkey" PRIMARY KEY ("id")
);

-- Log-in by name, and one name per domain.
CREATE UNIQUE INDEX "identity_domains_name_key" ON "identity_domains" ("name");
CREATE UNIQUE INDEX "identity_projects_domain_id_name_key" ON "identity_projects" ("domain_id", "name");
CREATE UNIQUE INDEX "identity_users_domain_id_name_key" ON "identity_users" ("domain_id", "name");
CREATE UNIQUE INDEX "identity_roles_name_key" ON "identity_roles" ("name");
-- Roles are compared in lower case: no second spelling of "admin".
CREATE UNIQUE INDEX "identity_roles_lower_name_key" ON "identity_roles" (lower("name"));
CREATE UNIQUE INDEX "identity_application_credentials_user_id_name_key" ON "identity_application_credentials" ("user_id", "name");
-- Lists over all domains, by name; also ?name= without a domain.
CREATE INDEX "identity_projects_name_id_idx" ON "identity_projects" ("name", "id");
CREATE INDEX "identity_users_name_id_idx" ON "identity_users" ("name", "id");
-- The roles of one user: read for every token that is issued or verified.
CREATE INDEX "identity_role_assignments_user_id_idx" ON "identity_role_assignments" ("user_id");
-- Repeated grants change nothing.
CREATE UNIQUE INDEX "identity_role_assignments_project_key" ON "identity_role_assignments" ("user_id", "project_id", "role_id") WHERE "project_id" IS NOT NULL;
CREATE UNIQUE INDEX "identity_role_assignments_domain_key" ON "identity_role_assignments" ("user_id", "domain_id", "role_id") WHERE "domain_id" IS NOT NULL;
CREATE UNIQUE INDEX "identity_role_assignments_system_key" ON "identity_role_assignments" ("user_id", "role_id") WHERE "project_id" IS NULL AND "domain_id" IS NULL;
-- Who has a role on this project; deleting a project, a domain or a role.
CREATE INDEX "identity_role_assignments_project_id_idx" ON "identity_role_assignments" ("project_id") WHERE "project_id" IS NOT NULL;
CREATE INDEX "identity_role_assignments_domain_id_idx" ON "identity_role_assignments" ("domain_id") WHERE "domain_id" IS NOT NULL;
CREATE INDEX "identity_role_assignments_role_id_idx" ON "identity_role_assignments" ("role_id");
CREATE INDEX "identity_application_credentials_project_id_idx" ON "identity_application_credentials" ("project_id");
-- The purge of revocations.
CREATE INDEX "identity_revoked_tokens_expires_at_idx" ON "identity_revoked_tokens" ("expires_at");
