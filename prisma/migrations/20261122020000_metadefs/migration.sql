-- Metadata definitions: namespaces, what they define, and the types of resources they apply to.

CREATE TABLE "metadef_namespaces" (
    "id" BIGSERIAL NOT NULL,
    "name" VARCHAR(80) COLLATE "C" NOT NULL,
    "display_name" VARCHAR(80) COLLATE "C",
    "description" VARCHAR(500) COLLATE "C",
    "visibility" VARCHAR(16) COLLATE "C" NOT NULL DEFAULT 'private',
    "protected" BOOLEAN NOT NULL DEFAULT false,
    "owner" VARCHAR(255) COLLATE "C",
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "metadef_namespaces_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "metadef_namespaces_visibility_check" CHECK ("visibility" IN ('public', 'private'))
);

CREATE TABLE "metadef_definitions" (
    "id" BIGSERIAL NOT NULL,
    "namespace_id" BIGINT NOT NULL,
    "kind" VARCHAR(16) COLLATE "C" NOT NULL,
    "name" VARCHAR(80) COLLATE "C" NOT NULL,
    "document" JSON,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "metadef_definitions_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "metadef_definitions_kind_check" CHECK ("kind" IN ('property', 'object', 'tag')),
    CONSTRAINT "metadef_definitions_document_check" CHECK (("document" IS NULL) = ("kind" = 'tag')),
    CONSTRAINT "metadef_definitions_namespace_id_fkey" FOREIGN KEY ("namespace_id") REFERENCES "metadef_namespaces"("id") ON DELETE CASCADE ON UPDATE CASCADE
);

CREATE TABLE "metadef_resource_types" (
    "name" VARCHAR(80) COLLATE "C" NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "metadef_resource_types_pkey" PRIMARY KEY ("name")
);

CREATE TABLE "metadef_associations" (
    "namespace_id" BIGINT NOT NULL,
    "resource_type" VARCHAR(80) COLLATE "C" NOT NULL,
    "prefix" VARCHAR(80) COLLATE "C",
    "properties_target" VARCHAR(80) COLLATE "C",
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "metadef_associations_pkey" PRIMARY KEY ("namespace_id", "resource_type"),
    CONSTRAINT "metadef_associations_namespace_id_fkey" FOREIGN KEY ("namespace_id") REFERENCES "metadef_namespaces"("id") ON DELETE CASCADE ON UPDATE CASCADE,
    CONSTRAINT "metadef_associations_resource_type_fkey" FOREIGN KEY ("resource_type") REFERENCES "metadef_resource_types"("name") ON DELETE RESTRICT ON UPDATE CASCADE
);

-- Every route looks its namespace up by name; names are unique over all tenants.
CREATE UNIQUE INDEX "metadef_namespaces_name_key" ON "metadef_namespaces" ("name");
-- List of namespaces in the default order, newest first.
CREATE INDEX "metadef_namespaces_created_idx" ON "metadef_namespaces" ("created_at" DESC, "id" DESC);
-- One definition by name; the definitions of a namespace.
CREATE UNIQUE INDEX "metadef_definitions_namespace_id_kind_name_key" ON "metadef_definitions" ("namespace_id", "kind", "name");
-- List of namespaces for given resource types.
CREATE INDEX "metadef_associations_resource_type_idx" ON "metadef_associations" ("resource_type");

-- The types that OpenStack services know.
INSERT INTO "metadef_resource_types" ("name") VALUES
    ('OS::Glance::Image'),
    ('OS::Cinder::Volume'),
    ('OS::Nova::Aggregate'),
    ('OS::Nova::Flavor'),
    ('OS::Nova::Server'),
    ('OS::Trove::Instance');
