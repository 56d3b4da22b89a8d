# Hangar's image: every role, the commands `hangar …`, and the handlers in src/handlers. See docs/image.md.
ARG NODE_IMAGE=node:24-bookworm-slim

# What runs in production: neither PostgreSQL nor Node come from npm here. Source maps and types of packages, half of
# their size, are of no use to a server. The secrets are for registries of your own; without them, npm's is asked.
FROM ${NODE_IMAGE} AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY node-binary node-binary
RUN --mount=type=secret,id=npmrc,target=/root/.npmrc --mount=type=secret,id=npm-ca \
  npm ci --omit=dev --omit=optional --ignore-scripts --no-update-notifier \
  && find node_modules -type f \( -name '*.map' -o -name '*.d.ts' -o -name '*.d.mts' -o -name '*.d.cts' \) -delete

# The modes of files are those of the checkout until here: a strict umask would keep the image's user from its own code.
FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY node-binary node-binary
RUN --mount=type=secret,id=npmrc,target=/root/.npmrc --mount=type=secret,id=npm-ca \
  npm ci --omit=optional --ignore-scripts --no-update-notifier
COPY nest-cli.json tsconfig.json tsconfig.build.json ./
COPY migrations migrations
COPY src src
COPY simulator simulator
COPY scripts/bundle-packages.mjs scripts/
RUN npm run --silent build && node scripts/bundle-packages.mjs && chmod -R u=rwX,go=rX dist package.json

FROM ${NODE_IMAGE}
# Few arenas for the C library's memory: each thread would keep pages of its own that it has no more use for.
ENV NODE_ENV=production MALLOC_ARENA_MAX=2
WORKDIR /app
RUN ln -s /app/dist/src/cli.js /usr/local/bin/hangar
COPY --from=dependencies /app/node_modules node_modules
COPY --from=build /app/package.json ./
COPY --from=build /app/dist dist
# A number, by which Kubernetes sees that it is not root.
USER 10001:10001
EXPOSE 3000 9464
STOPSIGNAL SIGTERM
# Node's own image starts a shell first, which would get the signals.
ENTRYPOINT []
CMD ["node", "--max-semi-space-size=16", "--heap-growing-percent=50", "dist/src/main.js"]
# Last, so that another revision makes no layer anew.
ARG NODE_IMAGE
ARG VERSION=unknown
ARG REVISION=unknown
ARG SOURCE=
ARG CREATED=1970-01-01T00:00:00Z
LABEL org.opencontainers.image.title="Hangar" \
  org.opencontainers.image.description="The server side of a Plane app" \
  org.opencontainers.image.base.name="${NODE_IMAGE}" \
  org.opencontainers.image.version="${VERSION}" \
  org.opencontainers.image.revision="${REVISION}" \
  org.opencontainers.image.source="${SOURCE}" \
  org.opencontainers.image.created="${CREATED}"
