import { Module } from '@nestjs/common';
import { ImagesModule } from '../images/images.module.js';
import { LoadDefinitions } from './application/load-definitions.js';
import { ManageNamespaces } from './application/manage-namespaces.js';
import { ManageObjects } from './application/manage-objects.js';
import { ManageProperties } from './application/manage-properties.js';
import { ManageResourceTypes } from './application/manage-resource-types.js';
import { ManageTags } from './application/manage-tags.js';
import { NamespaceGate } from './application/namespace-gate.js';
import { DefinitionRepository } from './application/ports/definition.repository.js';
import { NamespaceRepository } from './application/ports/namespace.repository.js';
import { TenantNamespacesRepository } from './application/ports/tenant-namespaces.repository.js';
import { TenantNamespaces } from './application/tenant-namespaces.js';
import { ResourceTypeRepository } from './application/ports/resource-type.repository.js';
import { ImageMetadataController } from './compute-v2.1/image-metadata.controller.js';
import { LimitsController } from './compute-v2.1/limits.controller.js';
import { MetadefSchemasController } from './image-v2/metadef-schemas.controller.js';
import { NamespacesController } from './image-v2/namespaces.controller.js';
import { ObjectsController } from './image-v2/objects.controller.js';
import { PropertiesController } from './image-v2/properties.controller.js';
import { ResourceTypesController } from './image-v2/resource-types.controller.js';
import { TagsController } from './image-v2/tags.controller.js';
import { PrismaDefinitionRepository } from './persistence/prisma-definition.repository.js';
import { PrismaNamespaceRepository } from './persistence/prisma-namespace.repository.js';
import { PrismaTenantNamespacesRepository } from './persistence/prisma-tenant-namespaces.repository.js';
import { PrismaResourceTypeRepository } from './persistence/prisma-resource-type.repository.js';

/** What keys and values mean: the metadata definitions, and the metadata of images as a resource. */
@Module({
  imports: [ImagesModule],
  controllers: [
    ImageMetadataController,
    LimitsController,
    NamespacesController,
    PropertiesController,
    ObjectsController,
    TagsController,
    ResourceTypesController,
    MetadefSchemasController,
  ],
  providers: [
    { provide: NamespaceRepository, useClass: PrismaNamespaceRepository },
    { provide: DefinitionRepository, useClass: PrismaDefinitionRepository },
    { provide: ResourceTypeRepository, useClass: PrismaResourceTypeRepository },
    { provide: TenantNamespacesRepository, useClass: PrismaTenantNamespacesRepository },
    TenantNamespaces,
    NamespaceGate,
    ManageNamespaces,
    ManageProperties,
    ManageObjects,
    ManageTags,
    ManageResourceTypes,
    LoadDefinitions,
  ],
  exports: [LoadDefinitions],
})
export class MetadataModule {}
