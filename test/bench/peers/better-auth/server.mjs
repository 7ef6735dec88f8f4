// better-auth with its phone-number plugin, set up in its favour: Redis as secondary storage through its own adapter,
// with the atomic getAndDelete; users in memory; no rate limit, no log, no telemetry, no check of the origin, and so
// many attempts that a wrong code stays a wrong code. Plain Node in front, as its documentation has it.
import { createServer } from 'node:http';
import { URL } from 'node:url';
import { redisStorage } from '@better-auth/redis-storage';
import { betterAuth } from 'better-auth';
import { memoryAdapter } from 'better-auth/adapters/memory';
import { toNodeHandler } from 'better-auth/node';
import { phoneNumber } from 'better-auth/plugins';
import { Redis } from 'ioredis';

const { PORT, REDIS_URL } = process.env;

/** What would have been sent, for the races to read. */
const codes = new Map();
let messages = 0;

const auth = betterAuth({
  baseURL: `http://127.0.0.1:${PORT}`,
  secret: 's'.repeat(48),
  database: memoryAdapter({ user: [], session: [], account: [], verification: [] }),
  secondaryStorage: redisStorage({ client: new Redis(REDIS_URL) }),
  rateLimit: { enabled: false },
  logger: { disabled: true },
  telemetry: { enabled: false },
  advanced: { disableCSRFCheck: true, disableOriginCheck: true },
  plugins: [
    phoneNumber({
      allowedAttempts: 1_000_000,
      expiresIn: 300,
      sendOTP: ({ phoneNumber: phone, code }) => {
        messages += 1;
        codes.set(phone, code);
      },
      signUpOnVerification: { getTempEmail: (phone) => `${phone.slice(1)}@example.com` },
    }),
  ],
});

const handle = toNodeHandler(auth);
createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url, 'http://bench');
  if (pathname.startsWith('/api/auth/')) void handle(request, response);
  else response.end(JSON.stringify({ messages, code: codes.get(searchParams.get('phone')) }));
}).listen(Number(PORT), '127.0.0.1');
