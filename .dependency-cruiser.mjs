// Who may import whom: the table of layers in ARCHITECTURE.md, one rule a row. Dependencies point inward
// (transport → application → domain; adapters implement what the application declares) and from one
// feature to another only along `kernel ← auth ← tenants ← images ← metadata, audit`, through `index.ts`.
const FEATURE = '(tenants|images|metadata|tasks|audit)';
const DIALECT = '(image-v2|compute-v2\\.1|identity-v3)';
const ENTRANCE = '^src/[^/]+/index\\.ts$';
const MODULE = '\\.module\\.ts$';
const DATABASE_PACKAGES = '^node_modules/(@prisma/|pg|pg-[^/]+|prisma)(/|$)';

/** A rule that lists what is allowed and forbids the rest. */
const only = (name, comment, from, allowed) => ({
  name,
  comment,
  severity: 'error',
  from: { path: from },
  to: { pathNot: allowed },
});
const never = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

export default {
  forbidden: [
    only(
      'kernel-knows-nobody',
      'The shared vocabulary is understood without knowing anything else, not even Nest.',
      '^src/kernel/',
      ['^src/kernel/'],
    ),
    only(
      'domain-is-plain',
      'Rules about images are plain TypeScript: no HTTP, no SQL, no framework, no npm package.',
      `^src/${FEATURE}/domain/`,
      ['^src/$1/domain/', '^src/kernel/', '^(node:)?(crypto|net|util)$'],
    ),
    only(
      'application-knows-ports-not-adapters',
      'A use case coordinates domain and ports; it is the same whoever calls it and whatever stores the data.',
      `^src/${FEATURE}/application/`,
      [
        '^src/$1/(domain|application|inspection)/',
        '^src/kernel/',
        '^src/platform/config/',
        ENTRANCE,
        '^node_modules/@nestjs/common/',
        '^src/auth/policy\\.ts$',
        '^(node:)?(crypto|events|stream|stream/promises|timers/promises|util)$',
      ],
    ),
    only(
      'inspection-is-plain',
      'Recognising a format needs the bytes and nothing else, so it can be fuzzed and reasoned about alone.',
      '^src/images/inspection/',
      ['^src/images/inspection/'],
    ),
    never(
      'no-subprocess-but-the-database-server',
      'Nothing is ever run on the bytes of an image (S-54): the embedded PostgreSQL is the only other program.',
      { path: '^src/', pathNot: '^src/platform/database/embedded/' },
      { path: '^(node:)?child_process$' },
    ),
    never(
      'embedded-server-knows-no-image',
      'Where programs are started, nothing that a client sent is in reach (S-54).',
      { path: '^src/platform/database/embedded/' },
      { path: `^src/(${FEATURE.slice(1, -1)}|storage|api)/` },
    ),
    never(
      'images-fetch-through-one-door',
      'What users point to is fetched by src/platform/outbound and its rules (S-56), whatever asks for it.',
      { path: '^src/images/' },
      {
        path: ['^node_modules/undici/', '^(node:)?(dgram|dns|http2?|https|net|tls)$'],
        dependencyTypesNot: ['type-only'],
      },
    ),
    never(
      'dialects-translate-only',
      'A dialect turns words into use cases and back; how things are stored is none of its business.',
      { path: `^src/${FEATURE}/${DIALECT}/` },
      { path: ['^src/[^/]+/persistence/', '^src/storage/', '^src/generated/', DATABASE_PACKAGES] },
    ),
    never(
      'dialects-do-not-meet',
      'The dialects share the core and nothing else, so one can change without the other.',
      { path: `^src/[^/]+/${DIALECT}/` },
      { path: `^src/[^/]+/${DIALECT}/`, pathNot: '^src/[^/]+/$1/' },
    ),
    only(
      'persistence-implements-ports',
      "An adapter knows the port it implements, the feature's domain and its own technology; no transport, no other adapter.",
      `^src/${FEATURE}/persistence/`,
      [
        '^src/$1/(domain|persistence)/',
        '^src/$1/application/',
        '^src/auth/tenant-register\\.ts$',
        '^src/(kernel|platform|generated)/',
        '^node_modules/',
        '^(node:)?[a-z/_]+$',
      ],
    ),
    never(
      'stores-know-no-transport',
      'A storage driver is chosen by configuration; it serves every feature and dialect alike.',
      { path: '^src/storage/' },
      { path: ['^src/api/', `^src/[^/]+/${DIALECT}/`, '^src/[^/]+/persistence/'] },
    ),
    never(
      'features-meet-at-the-entrance',
      "Another feature is used through its index.ts: use cases and read-only types. Only modules know each other's modules.",
      { path: `^src/${FEATURE}/` },
      { path: `^src/${FEATURE}/`, pathNot: [`^src/$1/`, ENTRANCE, MODULE] },
    ),
    never(
      'features-have-an-order',
      'metadata builds on images, images on tenants; never the other way round.',
      { path: '^src/(tenants|tasks)/' },
      { path: '^src/(images|metadata)/' },
    ),
    never(
      'images-do-not-know-metadata',
      'metadata builds on images, never the other way round.',
      { path: '^src/images/' },
      { path: '^src/metadata/' },
    ),
    never(
      'auth-knows-no-feature',
      'Who is calling is established through a port; the feature that implements it binds it.',
      { path: '^src/auth/' },
      { path: `^src/${FEATURE}/` },
    ),
    never(
      'platform-knows-no-feature',
      'Configuration, database, health and life cycle would serve any other service just as well.',
      { path: '^src/platform/' },
      { path: `^src/(${FEATURE.slice(1, -1)}|storage)/` },
    ),
    never(
      'database-behind-adapters',
      'SQL and Prisma are known where data is stored and nowhere else; bulk transfer is COPY and cursors throughout.',
      {
        path: '^src/',
        pathNot: [
          '^src/platform/database/',
          '^src/[^/]+/persistence/',
          '^src/images/transfer/',
          '^src/storage/',
        ],
      },
      { path: [DATABASE_PACKAGES, '^src/generated/'] },
    ),
    never(
      'no-cycles',
      'What depends on itself can be neither understood nor changed in parts.',
      {},
      { circular: true },
    ),
    never(
      'traces-cost-nothing-when-off',
      'OpenTelemetry is loaded where traces are configured, and nowhere else (ADR 70).',
      { path: '^src/', pathNot: '^src/platform/observability/tracing/(otel-|span-queue)' },
      { path: '^node_modules/@opentelemetry/' },
    ),
    never(
      'traces-are-loaded-on-demand',
      'What loads OpenTelemetry is itself loaded by a dynamic import (ADR 70).',
      { path: '^src/', pathNot: '^src/platform/observability/tracing/(otel-|span-queue)' },
      {
        path: '^src/platform/observability/tracing/(otel-|span-queue)',
        dependencyTypesNot: ['dynamic-import'],
      },
    ),
    never(
      'production-packages-only',
      'The image is installed without development dependencies.',
      { path: '^src/', pathNot: '\\.spec\\.ts$' },
      { dependencyTypes: ['npm-dev'] },
    ),
    never(
      'nothing-unresolvable',
      'An import that cannot be found fails at start, or worse, later.',
      {},
      { couldNotResolve: true },
    ),
    never(
      'source-does-not-know-tests',
      'Tests know the source, not the other way round.',
      { path: '^src/', pathNot: '\\.spec\\.ts$' },
      { path: ['^test/', '\\.spec\\.ts$'] },
    ),
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: ['^node_modules/', '^src/generated/'] },
    exclude: { path: '\\.spec\\.ts$' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'types', 'default'],
      extensions: ['.ts', '.js', '.mjs', '.d.ts'],
    },
  },
};
