import type { ServerProcess } from '../http/server-process';
import { post, WireClient, type Answer } from '../http/wire';
import type { Contestant } from './contestant';

/** Ours, with the inbox of development, where the codes can be read. */
export function ours(server: ServerProcess): Contestant {
  let sent = 0;
  return {
    name: 'ours',
    async send(phone) {
      const answer = await ask(server, post('/auth/sms/send', { phone, purpose: 'login' }));
      // The inbox keeps the newest thousand, so it cannot be asked for a total: a send that was accepted is one.
      if (answer.status === 202) sent += 1;
      return answer;
    },
    async newestCode(phone) {
      const [newest] = await json<{ code: string }[]>(
        server,
        `/dev/inbox/messages?phone=${encodeURIComponent(phone)}`,
      );
      return newest?.code ?? '';
    },
    messages: () => Promise.resolve(sent),
    guess(phone, code, { body }) {
      const { verificationId } = JSON.parse(body) as { verificationId: string };
      return post('/auth/sms/verify', { phone, purpose: 'login', code, verificationId });
    },
    ask: (request) => ask(server, request),
  };
}

/** better-auth: see better-auth/server.mjs. */
export function betterAuth(server: ServerProcess): Contestant {
  const told = (phone = ''): Promise<{ messages: number; code: string }> =>
    json(server, `/?phone=${encodeURIComponent(phone)}`);
  return {
    name: 'better-auth',
    send: (phone) => ask(server, post('/api/auth/phone-number/send-otp', { phoneNumber: phone })),
    newestCode: async (phone) => (await told(phone)).code,
    messages: async () => (await told()).messages,
    guess: (phone, code) => post('/api/auth/phone-number/verify', { phoneNumber: phone, code }),
    ask: (request) => ask(server, request),
  };
}

async function ask(server: ServerProcess, request: Buffer): Promise<Answer> {
  const client = await WireClient.open(server.port);
  try {
    return await client.ask(request);
  } finally {
    client.close();
  }
}

async function json<Body>(server: ServerProcess, path: string): Promise<Body> {
  return (await (await fetch(`http://127.0.0.1:${String(server.port)}${path}`)).json()) as Body;
}
