# The agent alone: docker build --target edge -t nightflow-edge .
#   docker run -v ./agent:/etc/nightflow:ro -v nightflow-edge:/var/lib/nightflow-edge nightflow-edge
FROM node:26-bookworm-slim AS edge-build
WORKDIR /build
COPY package.json package-lock.json .npmrc LICENSE ./
COPY edge edge
COPY src/model src/model
RUN npm install -w edge && node edge/packaging/pack.mjs /opt/nightflow-edge
WORKDIR /opt/nightflow-edge
RUN npm install

# The Node.js that runs is the one the lockfile names, so nothing but a C library is needed below it.
FROM debian:bookworm-slim AS edge
RUN apt-get update \
  && apt-get install -y --no-install-recommends ca-certificates \
  && rm -rf /var/lib/apt/lists/* \
  && useradd --system --uid 10001 --home-dir /var/lib/nightflow-edge --create-home nightflow
COPY --from=edge-build /opt/nightflow-edge /opt/nightflow-edge
USER nightflow
WORKDIR /var/lib/nightflow-edge
VOLUME /var/lib/nightflow-edge
# Asks /healthz, which the file switches on with `http: {}`. Without it nobody can tell, and the container is not called healthy.
HEALTHCHECK --interval=60s --timeout=10s --start-period=120s \
  CMD ["/opt/nightflow-edge/nightflow-edge", "health", "--config", "/etc/nightflow/agent.yaml"]
ENTRYPOINT ["/opt/nightflow-edge/nightflow-edge"]
CMD ["--config", "/etc/nightflow/agent.yaml"]

# The centre with its page: docker build --target centre -t nightflow .
FROM node:26-bookworm-slim AS centre-build
WORKDIR /opt/nightflow
COPY . .
RUN node bin/prepare.mjs page && npm prune --omit=dev --no-audit --no-fund

FROM debian:bookworm-slim AS centre
RUN apt-get update \
  && apt-get install -y --no-install-recommends ca-certificates \
  && rm -rf /var/lib/apt/lists/* \
  && useradd --system --uid 10001 --home-dir /var/lib/nightflow --create-home nightflow
COPY --from=centre-build /opt/nightflow /opt/nightflow
USER nightflow
WORKDIR /opt/nightflow
VOLUME /var/lib/nightflow
ENTRYPOINT ["node_modules/.bin/node", "src/main.ts"]
CMD ["--help"]
