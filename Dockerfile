# Hangar's image: every role, the commands `hangar …`, and the handlers in src/handlers. See docs/image.md.
ARG NODE_IMAGE=node:24-bookworm-slim

# What runs in production: neither PostgreSQL nor Node come from npm here. Source maps and types of packages, two
# fifths of their size, are of no use to a server.
FROM ${NODE_IMAGE} AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --omit=optional --ignore-scripts --no-update-notifier \
  && find node_modules -type f \( -name '*.map' -o -name '*.d.ts' -o -name '*.d.mts' -o -name '*.d.cts' -o -name '*.md' \) -delete

FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=optional --ignore-scripts --no-update-notifier
COPY nest-cli.json tsconfig.json tsconfig.build.json ./
COPY migrations migrations
COPY src src
RUN npm run --silent build

FROM ${NODE_IMAGE}
ARG VERSION=unknown
ARG REVISION=unknown
ARG CREATED=unknown
LABEL org.opencontainers.image.title="Hangar" \
  org.opencontainers.image.description="The server side of a Plane app" \
  org.opencontainers.image.version="${VERSION}" \
  org.opencontainers.image.revision="${REVISION}" \
  org.opencontainers.image.created="${CREATED}"
# Few arenas for the C library's memory: each thread would keep pages of its own that it has no more use for.
ENV NODE_ENV=production MALLOC_ARENA_MAX=2
WORKDIR /app
COPY package.json ./
COPY --from=dependencies /app/node_modules node_modules
COPY --from=build /app/dist dist
RUN ln -s /app/dist/src/cli.js /usr/local/bin/hangar
# A number, by which Kubernetes sees that it is not root.
USER 10001:10001
EXPOSE 3000 9464
STOPSIGNAL SIGTERM
# Node's own image starts a shell first, which would get the signals.
ENTRYPOINT []
CMD ["node", "--max-semi-space-size=16", "--heap-growing-percent=50", "dist/src/main.js"]
