// What can be had without any rule: Fastify and pg, one prepared statement written by hand for each route, no
// authentication, no checks. It answers with the same documents as the service. Usage: fastify-pg.ts DATABASE_URL
import fastify from 'fastify';
import pg from 'pg';
import {
  CREATE,
  FIRST_PAGE,
  NEXT_PAGE,
  PATCH,
  RARE_PROPERTY,
  SHOW,
  TAG_AND_STATUS,
  COMMON_PROPERTY,
  toDocument,
  type Row,
} from './fastify-pg.sql.js';

const connection = { connectionString: process.argv[2] ?? '', max: 10 };
const pool = new pg.Pool(connection);
/** Plans once what it reads: left to itself the server plans pages anew each time, which is four times the CPU. */
const planningOnce = new pg.Pool({
  ...connection,
  options: '-c plan_cache_mode=force_generic_plan',
});
const app = fastify({ logger: false });

async function query(
  name: string,
  text: string,
  values: readonly unknown[],
  on = pool,
): Promise<Row[]> {
  return (await on.query<Row>({ name, text, values: [...values] })).rows;
}

interface List {
  readonly tenant: string;
  readonly marker?: string;
  readonly os_distro?: string;
  readonly build_id?: string;
  readonly tag?: string;
}

function listed({ tenant, marker, os_distro, build_id, tag }: List): Promise<Row[]> {
  if (marker !== undefined) return query('next', NEXT_PAGE, [tenant, marker], planningOnce);
  if (os_distro !== undefined) {
    return query('common', COMMON_PROPERTY, [tenant, JSON.stringify({ os_distro })]);
  }
  if (build_id !== undefined) {
    return query('rare', RARE_PROPERTY, [tenant, JSON.stringify({ build_id })]);
  }
  if (tag !== undefined) return query('tag', TAG_AND_STATUS, [tenant, [tag]]);
  return query('first', FIRST_PAGE, [tenant], planningOnce);
}

app.addContentTypeParser(
  /^application\/openstack-images/,
  { parseAs: 'string' },
  app.getDefaultJsonParser('error', 'error'),
);

app.get<{ Params: { id: string } }>('/v2/images/:id', async (request, reply) => {
  const [row] = await query('show', SHOW, [request.params.id]);
  return reply.type('application/json').send(row === undefined ? '{}' : toDocument(row));
});

app.get<{ Querystring: List }>('/v2/images', async (request, reply) => {
  const rows = await listed(request.query);
  const items = rows.map(toDocument).join(',');
  const last = rows.at(-1);
  const { tenant: _tenant, marker: _marker, ...rest } = request.query;
  const parameters = new URLSearchParams(rest as Record<string, string>).toString();
  const first = parameters === '' ? '/v2/images' : `/v2/images?${parameters}`;
  const separator = parameters === '' ? '?' : '&';
  const next = rows.length < 25 || !last ? '' : `,"next":"${first}${separator}marker=${last.id}"`;
  return reply
    .type('application/json')
    .send(`{"images":[${items}],"first":"${first}"${next},"schema":"/v2/schemas/images"}`);
});

app.post<{ Body: { name: string; [property: string]: string } }>(
  '/v2/images',
  async (request, reply) => {
    const { name, ...properties } = request.body;
    const [row] = await query('create', CREATE, [name, JSON.stringify(properties)]);
    return reply
      .code(201)
      .type('application/json')
      .send(row && toDocument(row));
  },
);

app.patch<{ Params: { id: string }; Body: { path: string; value: string }[] }>(
  '/v2/images/:id',
  async (request, reply) => {
    const change = Object.fromEntries(
      request.body.map(({ path, value }) => [path.slice(1), value]),
    );
    const [row] = await query('patch', PATCH, [request.params.id, JSON.stringify(change)]);
    return reply.type('application/json').send(row && toDocument(row));
  },
);

process.stdout.write(`${await app.listen({ host: '127.0.0.1', port: 0 })}\n`);
