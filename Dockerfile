# syntax=docker/dockerfile:1
# Three stages: build with everything, install what runs, and an image of those two results alone.

FROM node:22-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY nest-cli.json tsconfig.json tsconfig.build.json ./
COPY apps ./apps
COPY libs ./libs
RUN npm run build

FROM node:22-bookworm-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY apps/api/install-production.js apps/api/install-gateways.js ./apps/api/
# What the gateways need that the image is to have: docker build --build-arg SMS_GATEWAYS=twilio,vonage .
ARG SMS_GATEWAYS=
RUN npm run install:production "$SMS_GATEWAYS"

FROM node:22-bookworm-slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=dependencies /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY package.json LICENSE ./
# Comes with the image; it owns nothing under /app and so cannot change what it runs.
USER node
EXPOSE 3000
# Alive, not ready: a Redis that is away is no reason to restart this process.
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT || 3000}/health/live`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# Requests in flight are finished, then the process exits with 0.
STOPSIGNAL SIGTERM
CMD ["node", "dist/apps/api/src/main.js"]
