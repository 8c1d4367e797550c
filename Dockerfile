# The server in a container: production unless its arguments say otherwise; no shell commands run when it does.
# examples/compose shows it beside PostgreSQL and Keycloak; docs/install.md tells how to run it.
ARG NODE_VERSION=24

FROM node:${NODE_VERSION}-bookworm-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
# No package needs a script at its install, so none gets to run one.
RUN npm ci --omit=dev --ignore-scripts

FROM node:${NODE_VERSION}-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts
COPY tsconfig.json tsconfig.build.json ./
COPY src ./src
RUN npm run build

FROM node:${NODE_VERSION}-bookworm-slim
# What nothing here runs can have no vulnerability.
RUN rm -rf /usr/local/lib/node_modules /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/corepack /opt/yarn-* \
  && install -d -o 1000 -g 1000 -m 700 /data
WORKDIR /app
COPY LICENSE package.json ./
COPY --from=dependencies /app/node_modules ./node_modules
COPY --from=build /app/dist/src ./dist/src
ENV NODE_ENV=production \
  OFFSHOOT_HOST=0.0.0.0 \
  OFFSHOOT_DATA=/data \
  OFFSHOOT_ADMIN_PORT=9090
USER 1000:1000
VOLUME /data
EXPOSE 8443 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.OFFSHOOT_ADMIN_PORT}/healthz`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "/app/dist/src/cli/index.js"]
CMD ["serve"]
