import type { OnApplicationShutdown } from '@nestjs/common';
import { z } from 'zod';
import { ServiceAccount } from '../../auth/keystone/service-account.js';
import { DomainError } from '../../kernel/errors.js';
import type { RemotesSettings } from '../../platform/config/remotes-settings.js';
import { OutboundClient } from '../../platform/outbound/outbound-client.js';
import type { OutboundSettings } from '../../platform/outbound/outbound-rules.js';
import { SourceFailed, UnusableAnswer } from '../../platform/outbound/outbound.errors.js';
import { TrustedClient, type TrustedAnswer } from '../../platform/outbound/trusted-client.js';
import type { RemoteDataAnswer, RemoteDataOptions } from '../application/ports/remote-data.js';
import { RemoteImages } from '../application/ports/remote-images.js';
import { RemoteImageRefused } from '../domain/image-import.errors.js';
import { CONTAINER_FORMATS, DISK_FORMATS } from '../domain/image-formats.js';
import { INTERNAL_PREFIX } from '../domain/image-properties.js';
import { hashesAgree, type RemoteAddress, type RemoteImage } from '../domain/remote-image.js';
import { isBaseAttribute } from '../image-v2/image.attributes.js';
import { rulesWithRemotes } from './rules-with-remotes.js';

const CLIENT = { connectTimeoutMs: 10_000, timeoutMs: 20_000, maxRetries: 0 };
const UNAUTHORIZED = 401;
const REFUSALS: ReadonlySet<number> = new Set([401, 403, 404]);
/** The first byte, that an image without bytes has none, or that it is elsewhere: the access check was passed. */
const READABLE: ReadonlySet<number> = new Set([200, 206, 416, 307]);

const imageSchema = z.looseObject({
  status: z.string(),
  disk_format: z.enum(DISK_FORMATS),
  container_format: z.enum(CONTAINER_FORMATS),
  size: z.int().min(0),
  checksum: z.string().nullish(),
  os_hash_algo: z.string().nullish(),
  os_hash_value: z.string().nullish(),
});

interface Remote {
  readonly endpoints: RemotesSettings['remotes'][number]['endpoints'];
  readonly account: ServiceAccount;
}

/** {@link RemoteImages} of services that speak the Image API v2: Glance, or another one of ours. */
export class GlanceRemoteImages extends RemoteImages implements OnApplicationShutdown {
  private readonly client = new TrustedClient(CLIENT);
  private readonly outbound: OutboundClient;
  private readonly remotes: ReadonlyMap<string, Remote>;

  constructor(
    private readonly settings: RemotesSettings,
    outbound: OutboundSettings,
  ) {
    super();
    const { remotes } = settings;
    this.outbound = new OutboundClient(rulesWithRemotes(outbound, remotes));
    this.remotes = new Map(
      remotes.map(({ region, endpoints, login }) => {
        return [region, { endpoints, account: new ServiceAccount(login, this.client) }];
      }),
    );
  }

  get isConfigured(): boolean {
    return this.remotes.size > 0;
  }

  async find(address: RemoteAddress, token: string): Promise<RemoteImage> {
    const { url } = this.place(address);
    const image = this.imageIn(await this.ask(url, token));
    const { status } = await this.ask(`${url}/file`, token, { range: 'bytes=0-0' });
    if (!READABLE.has(status)) throw failureFor(status);
    return image;
  }

  async open(
    address: RemoteAddress,
    expected: RemoteImage,
    options: RemoteDataOptions,
  ): Promise<RemoteDataAnswer> {
    const { url, remote } = this.place(address);
    const { token, answer } = await this.askAsService(url, remote.account);
    const image = this.imageIn(answer);
    if (image.sizeBytes !== expected.sizeBytes || !hashesAgree(expected, image)) {
      throw new RemoteImageRefused('The image in the other region was changed meanwhile.');
    }
    return this.outbound.get(`${url}/file`, { ...options, headers: { 'x-auth-token': token } });
  }

  onApplicationShutdown(): Promise<void> {
    return this.client.close();
  }

  /** @throws RemoteImageRefused for a region or an interface that the operator has not named */
  private place({ region, serviceInterface, imageId }: RemoteAddress) {
    const remote = this.remotes.get(region);
    const endpoint = Object.entries(remote?.endpoints ?? {}).find(
      ([name]) => name === serviceInterface,
    )?.[1];
    if (remote === undefined || endpoint === undefined) {
      throw new RemoteImageRefused('There is no such region, or it has no such interface.');
    }
    return { remote, url: `${endpoint.replace(/\/v2$/, '')}/v2/images/${imageId}` };
  }

  /** A session that the other region does not accept any more is begun anew, once. */
  private async askAsService(url: string, account: ServiceAccount) {
    const begin = () =>
      account.session().catch((error: unknown) => {
        throw new SourceFailed(error);
      });
    const session = await begin();
    const answer = await this.ask(url, session.token);
    if (answer.status !== UNAUTHORIZED) return { token: session.token, answer };
    await account.end(session);
    const { token } = await begin();
    return { token, answer: await this.ask(url, token) };
  }

  private async ask(url: string, token: string, headers: Readonly<Record<string, string>> = {}) {
    try {
      return await this.client.send(url, { headers: { 'x-auth-token': token, ...headers } });
    } catch (error) {
      throw new SourceFailed(error);
    }
  }

  /** @throws RemoteImageRefused, SourceFailed */
  private imageIn({ status, body }: TrustedAnswer): RemoteImage {
    if (status !== 200) throw failureFor(status);
    const parsed = imageSchema.safeParse(body);
    if (parsed.data?.status !== 'active') {
      throw new RemoteImageRefused('The image in the other region is not active.');
    }
    const { disk_format, container_format, size, checksum, os_hash_algo, os_hash_value } =
      parsed.data;
    return {
      diskFormat: disk_format,
      containerFormat: container_format,
      sizeBytes: size,
      checksum: checksum ?? null,
      hashAlgorithm: os_hash_algo ?? null,
      hashValue: os_hash_value ?? null,
      properties: this.propertiesIn(parsed.data),
    };
  }

  private propertiesIn(document: Readonly<Record<string, unknown>>): Record<string, string> {
    const { propertyPrefixes } = this.settings;
    const chosen = Object.entries(document).filter(
      (entry): entry is [string, string] =>
        typeof entry[1] === 'string' &&
        propertyPrefixes.some((prefix) => entry[0].startsWith(prefix)) &&
        !isBaseAttribute(entry[0]) &&
        !entry[0].startsWith(INTERNAL_PREFIX),
    );
    return Object.fromEntries(chosen);
  }
}

const failureFor = (status: number): DomainError =>
  REFUSALS.has(status)
    ? new RemoteImageRefused('The image cannot be read in the other region.')
    : new SourceFailed(new UnusableAnswer(status));
