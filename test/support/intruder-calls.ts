import fc from 'fast-check';
import type { Method } from './app.js';
import { PATCH_V21 } from './image-api.js';

/** What an intruder knows of the tenant that it attacks, ids of hidden things included. */
export interface Victim {
  readonly tenantId: string;
  readonly namespace: string;
  readonly tag: string;
  readonly name: string;
}

export interface IntruderCall {
  readonly method: Method;
  readonly path: string;
  readonly body?: unknown;
  readonly contentType?: string;
}

type Make = (imageId: string, variant: number, victim: Victim) => IntruderCall;

const pick = <T>(choices: readonly T[], variant: number): T => choices[variant % choices.length]!;
const get = (path: string): IntruderCall => ({ method: 'GET', path });
const image = (id: string, rest = ''): string => `/image/v2/images/${id}${rest}`;
const compute = (id: string, rest = ''): string => `/compute/v2.1/images/${id}${rest}`;

const patches = (victim: Victim) => [
  [{ op: 'replace', path: '/name', value: 'mine' }],
  [{ op: 'add', path: '/colour', value: 'mine' }],
  [{ op: 'remove', path: '/licence' }],
  [{ op: 'replace', path: '/visibility', value: 'public' }],
  [{ op: 'add', path: '/owner', value: victim.tenantId }],
  [{ op: 'replace', path: '/protected', value: false }],
  [{ op: 'replace', path: '/tags', value: [] }],
  [],
];

/** Calls that name an image: whether it is hidden or does not exist must look the same. */
export const ON_IMAGES: Readonly<Record<string, Make>> = {
  show: (id) => get(image(id)),
  patch: (id, variant, victim) => ({
    method: 'PATCH',
    path: image(id),
    body: pick(patches(victim), variant),
    contentType: PATCH_V21,
  }),
  tag: (id) => ({ method: 'PUT', path: image(id, '/tags/mine') }),
  untag: (id, _variant, { tag }) => ({ method: 'DELETE', path: image(id, `/tags/${tag}`) }),
  delete: (id, variant) => ({ method: 'DELETE', path: pick([image(id), compute(id)], variant) }),
  upload: (id) => ({
    method: 'PUT',
    path: image(id, '/file'),
    body: 'intruder',
    contentType: 'application/octet-stream',
  }),
  download: (id) => get(image(id, '/file')),
  act: (id, variant) => ({
    method: 'POST',
    path: image(id, `/actions/${pick(['deactivate', 'reactivate'], variant)}`),
  }),
  listMembers: (id) => get(image(id, '/members')),
  addMember: (id, variant, { tenantId }) => ({
    method: 'POST',
    path: image(id, '/members'),
    body: { member: pick([tenantId, 'intruder', 'x'], variant) },
  }),
  answer: (id, variant, { tenantId }) => ({
    method: pick(['PUT', 'DELETE', 'GET'], variant),
    path: image(id, `/members/${pick([tenantId, 'x'], variant >> 2)}`),
    ...(variant % 3 === 0 && { body: { status: 'accepted' } }),
  }),
  computeShow: (id) => get(compute(id)),
  metadata: (id, variant) => ({
    method: pick(['GET', 'POST', 'PUT'], variant),
    path: compute(id, '/metadata'),
    ...(variant % 3 !== 0 && { body: { metadata: { colour: 'mine' } } }),
  }),
  metadataItem: (id, variant) => ({
    method: pick(['GET', 'DELETE'], variant),
    path: compute(id, '/metadata/licence'),
  }),
  restore: (id) => ({ method: 'POST', path: `/catalog/v1/deleted-images/${id}/restore` }),
  history: (id) => get(`/catalog/v1/audit?image_id=${id}`),
  marker: (id, variant) =>
    get(pick([`/image/v2/images?marker=${id}`, `/compute/v2.1/images?marker=${id}`], variant)),
  byId: (id, variant) => get(`/image/v2/images?id=${pick(['', 'in:'], variant)}${id}`),
  storeCopy: (id) => ({ method: 'DELETE', path: `/image/v2/stores/default/${id}` }),
};

const lists = ({ tenantId, name, tag }: Victim) => [
  '/image/v2/images?limit=1000',
  '/image/v2/images?limit=1000&member_status=all',
  '/image/v2/images?limit=1000&visibility=all',
  '/image/v2/images?visibility=private',
  `/image/v2/images?owner=${tenantId}`,
  `/image/v2/images?name=${name}`,
  `/image/v2/images?tag=${tag}`,
  `/image/v2/images?licence=${name}`,
  '/image/v2/images?os_hidden=true',
  '/image/v2/images?sort=owner:asc&limit=1000',
  '/compute/v2.1/images/detail?limit=1000',
  `/compute/v2.1/images/detail?name=${name}`,
  '/compute/v2.1/limits',
  '/image/v2/info/usage',
  '/image/v2/metadefs/namespaces?limit=1000',
  '/catalog/v1/audit?limit=1000',
  `/catalog/v1/audit?tenant_id=${tenantId}`,
  '/catalog/v1/deleted-images',
  '/catalog/v1/tenants',
  `/catalog/v1/tenants/${tenantId}`,
  `/catalog/v1/tenants/${tenantId}/quota`,
  '/catalog/v1/webhooks',
  `/identity/v3/projects/${tenantId}`,
];

/** Calls about the tenant and what else it has. */
const ON_THE_REST: Readonly<Record<string, Make>> = {
  list: (_id, variant, victim) => get(pick(lists(victim), variant)),
  create: (id, variant, { tenantId }) => ({
    method: 'POST',
    path: '/image/v2/images',
    body: pick(
      [{}, { id }, { owner: tenantId }, { id, visibility: 'public' }, { visibility: 'community' }],
      variant,
    ),
  }),
  quota: (_id, _variant, { tenantId }) => ({
    method: 'PUT',
    path: `/catalog/v1/tenants/${tenantId}/quota`,
    body: { image_count: 0 },
  }),
  administer: (_id, variant, { tenantId }) => ({
    method: 'POST',
    path: `/catalog/v1/tenants/${tenantId}/${pick(['suspend', 'resume'], variant)}`,
  }),
  remove: (_id, _variant, { tenantId }) => ({
    method: 'POST',
    path: `/catalog/v1/tenants/${tenantId}/removal`,
    body: { dry_run: false },
  }),
  namespace: (_id, variant, { namespace }) => ({
    method: pick(['GET', 'DELETE', 'PUT'], variant),
    path: `/image/v2/metadefs/namespaces/${namespace}`,
    ...(variant % 3 === 2 && { body: { namespace, visibility: 'public' } }),
  }),
  project: (_id, variant, { tenantId }) => ({
    method: pick(['DELETE', 'PATCH'], variant),
    path: `/identity/v3/projects/${tenantId}`,
    ...(variant % 2 === 1 && { body: { project: { enabled: false } } }),
  }),
};

export interface Step {
  readonly operation: string;
  /** Picks the image among those of the victim, of the intruder, and none. */
  readonly target: number;
  readonly variant: number;
}

/** Calls in any order; lists and images weigh the same. */
export const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.record({
    operation: fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom(...Object.keys(ON_IMAGES)) },
      { weight: 1, arbitrary: fc.constant('list') },
      { weight: 1, arbitrary: fc.constantFrom(...Object.keys(ON_THE_REST)) },
    ),
    target: fc.nat(1000),
    variant: fc.nat(1000),
  }),
  { minLength: 5, maxLength: 25 },
);

export const callOf = ({ operation, variant }: Step, imageId: string, victim: Victim) =>
  (ON_IMAGES[operation] ?? ON_THE_REST[operation])!(imageId, variant, victim);
