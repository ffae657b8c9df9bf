import createClient, { type Client } from 'openapi-fetch';
import { randomBytes } from 'node:crypto';
import type { paths } from './catalog.js';

/** Every path, parameter, body and answer is checked by the compiler. */
type Catalog = Client<paths>;

interface Account {
  readonly name: string;
  readonly password: string;
  readonly project: string;
}

async function logIn(origin: string, { name, password, project }: Account): Promise<string> {
  const domain = { id: 'default' };
  const { response, error } = await createClient<paths>({ baseUrl: origin }).POST('/identity/v3/auth/tokens', {
    body: {
      auth: {
        identity: { methods: ['password'], password: { user: { name, domain, password } } },
        scope: { project: { name: project, domain } },
      },
    },
  });
  const token = response.headers.get('X-Subject-Token');
  if (token === null) throw new Error(`Cannot log in: ${JSON.stringify(error)}`);
  return token;
}

async function createImage(catalog: Catalog, name: string): Promise<string> {
  const { data, error } = await catalog.POST('/v2/images', {
    body: { name, disk_format: 'raw', container_format: 'bare', tags: ['example'], os_distro: 'debian' },
  });
  if (data?.id === undefined) throw new Error(`Cannot create: ${JSON.stringify(error)}`);
  return data.id;
}

async function upload(catalog: Catalog, image_id: string, bytes: Buffer<ArrayBuffer>): Promise<void> {
  const { error } = await catalog.PUT('/v2/images/{image_id}/file', {
    params: { path: { image_id } },
    headers: { 'Content-Type': 'application/octet-stream' },
    body: new Blob([bytes]),
    bodySerializer: (blob) => blob,
  });
  if (error !== undefined) throw new Error(`Cannot upload: ${JSON.stringify(error)}`);
}

async function namesTagged(catalog: Catalog, tag: string): Promise<readonly string[]> {
  const { data, error } = await catalog.GET('/v2/images', {
    params: { query: { tag: [tag], sort: 'created_at:desc', limit: 5 } },
  });
  if (data === undefined) throw new Error(`Cannot list: ${JSON.stringify(error)}`);
  return data.images.map(({ name, status }) => `${name ?? 'unnamed'} (${status ?? 'unknown'})`);
}

async function download(catalog: Catalog, image_id: string): Promise<Buffer> {
  const { data, error } = await catalog.GET('/v2/images/{image_id}/file', {
    params: { path: { image_id } },
    parseAs: 'arrayBuffer',
  });
  if (data === undefined) throw new Error(`Cannot download: ${JSON.stringify(error)}`);
  return Buffer.from(data);
}

const { OS_AUTH_URL = 'http://127.0.0.1:9292/identity/v3', OS_USERNAME, OS_PASSWORD, OS_PROJECT_NAME } = process.env;
const { origin } = new URL(OS_AUTH_URL);
const token = await logIn(origin, {
  name: OS_USERNAME ?? 'admin',
  password: OS_PASSWORD ?? '',
  project: OS_PROJECT_NAME ?? 'admin',
});
// `/image` is the Image API as it is today; without it, as it was published in 2014-15.
const catalog = createClient<paths>({
  baseUrl: `${origin}/image`,
  headers: { 'X-Auth-Token': token, Accept: 'application/json' },
  querySerializer: { array: { style: 'form', explode: true } },
});

const bytes = randomBytes(100_000);
const id = await createImage(catalog, 'made by a typed client');
await upload(catalog, id, bytes);
console.log('listed:', (await namesTagged(catalog, 'example')).join(', '));
console.log('downloaded what was uploaded:', bytes.equals(await download(catalog, id)));
