import { Inject, Injectable } from '@nestjs/common';
import { BaseUrls, type OriginSource } from '../../api/http/base-urls.js';
import { CONFIG, type Config } from '../../platform/config/config.js';
import { catalogFor, serviceCatalog, type CatalogService } from '../domain/service-catalog.js';

/** The service catalog under the addresses that the client of a request uses. */
@Injectable()
export class ServiceCatalog {
  constructor(
    @Inject(BaseUrls) private readonly baseUrls: BaseUrls,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** All services, with placeholders where a URL needs a project. */
  services(request: OriginSource): readonly CatalogService[] {
    const urls = {
      identity: this.baseUrls.identity(request),
      image: this.baseUrls.image(request),
      compute: this.baseUrls.compute(request),
    };
    return serviceCatalog(urls, this.config.identity.region);
  }

  /** The services as a token of a project (null: of none) can use them. */
  forProject(projectId: string | null, request: OriginSource): readonly CatalogService[] {
    return catalogFor(this.services(request), projectId);
  }
}
