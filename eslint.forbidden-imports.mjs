// @ts-check
/** What each part of the code may not import, and why. One list, so that an exception is one name left out. */
export const FORBIDDEN = {
  /** Only the Redis storage and the composition root know ioredis. */
  ioredis: {
    regex: '^ioredis($|/)',
    message: 'Only storage/redis and apps/api/src/redis know ioredis.',
  },
  nestjsRedis: {
    regex: '^@liaoliaots/nestjs-redis($|/)',
    message: 'Only apps/api/src/redis/redis.module.ts knows where the Redis client comes from.',
  },
  libphonenumber: {
    regex: '^libphonenumber-js($|/)',
    message: 'Only phone/phone-number.ts parses numbers; everything else takes a PhoneNumber.',
  },
  pastTheIndex: {
    regex: '^@app/[^/]+/|(^|/)libs/',
    message: "A library is imported as '@app/<name>', through its index alone.",
  },
  outOfTheLibrary: {
    regex: '^(\\.\\./)+(apps|libs|test|sms-verification|sms-gateways)(/|$)',
    message: 'A relative import never leaves its library.',
  },
  ownIndex: {
    regex: '^@app/sms-verification$',
    message: 'sms-verification imports nothing of ours, itself through its index included.',
  },
  gateways: {
    regex: '^@app/sms-gateways($|/)',
    message: 'Gateways depend on the domain, never the other way round.',
  },
  httpNames: {
    regex: '^@nestjs/common$',
    importNamePattern: '^Http|Exception$',
    message: 'The libraries know no HTTP: throw a VerificationError; the problem filter gives it a status.',
  },
  httpPackages: {
    regex: '^(fastify|express)$|^@fastify/|^@nestjs/platform-|^(node:)?https?$',
    message: 'The libraries know no HTTP server.',
  },
  swagger: {
    regex: '^@nestjs/swagger($|/)|^(\\.\\./)+openapi(/|$)',
    message:
      'The running service is described from without, by apps/api/openapi: it does not load what describes it.',
  },
  processModule: {
    regex: '^(node:)?process$',
    message: 'Use the global `process`, whose environment only config/ may read.',
  },
};
