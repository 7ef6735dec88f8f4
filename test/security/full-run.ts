import { randomInt } from 'node:crypto';
import { tokenOf, type Answer, type ApiClient } from '../support/api-client';
import { freshPhone } from '../support/phones';
import { sendRaw } from '../support/raw-http';

/** What a full run brought forth: what must stay secret, and every answer with the route that gave it. */
export interface FullRun {
  readonly phones: string[];
  readonly codes: string[];
  readonly ids: string[];
  readonly tokens: string[];
  readonly answers: { readonly route: string; readonly answer: Answer }[];
  /** The same routes once more, to be called when the storage is gone. */
  withoutStorage(): Promise<void>;
}

type Members = Readonly<Record<string, unknown>>;

/** Walks every path through the API, the hopeless and the hostile ones included. */
export async function fullRun(client: ApiClient): Promise<FullRun> {
  const run: Omit<FullRun, 'withoutStorage'> = { phones: [], codes: [], ids: [], tokens: [], answers: [] };

  const ask = async (route: string, body: Members, headers: Record<string, string> = {}): Promise<Answer> => {
    const answer = await client.post(`/auth/sms/${route}`, body, headers);
    run.answers.push({ route, answer });
    return answer;
  };
  /** Sends a code and takes down all that must stay secret. */
  const send = async (
    purpose: string,
    phone = freshPhone(),
  ): Promise<{ phone: string; purpose: string; code: string; verificationId: string }> => {
    const verificationId = String((await ask('send', { phone, purpose })).body['verificationId']);
    const code = await client.newestCode(phone);
    run.phones.push(phone);
    run.codes.push(code);
    run.ids.push(verificationId);
    return { phone, purpose, code, verificationId };
  };
  const wrong = (): string => String(randomInt(10 ** 9)).padStart(10, '7');

  // One who succeeds, after a mistake, and whose client repeats itself.
  const one = await send('login');
  await ask('send', { phone: one.phone, purpose: 'login' });
  await ask('verify', { ...one, code: wrong() });
  const guess = wrong();
  run.codes.push(guess);
  await ask('verify', { ...one, code: guess });
  await ask('status', { phone: one.phone, purpose: 'login', verificationId: one.verificationId });
  await ask('verify', { ...one, purpose: 'register' });
  const verified = await ask('verify', one);
  const token = tokenOf(verified);
  run.tokens.push(token);
  await ask('verify', one);
  await ask('redeem', { token, purpose: 'register' });
  await ask('redeem', { token, purpose: 'login' });
  await ask('redeem', { token, purpose: 'login' });

  // One who never does, and is locked out; and one whose proof is left lying.
  const locked = await send('register');
  for (let time = 0; time < 6; time += 1) await ask('verify', { ...locked, code: wrong() });
  await ask('send', { phone: locked.phone, purpose: 'register' });
  const idle = await send('reset_password');
  run.tokens.push(tokenOf(await ask('verify', idle)));
  const pending = await send('change_phone');

  await hostilePart(client, run, ask, pending);

  // Until the limit of the address, which is the last that this run sends.
  for (let sends = 0; sends < 100; sends += 1) if ((await ask('send', {})).status === 429) break;

  return {
    ...run,
    withoutStorage: async () => {
      const { phone, purpose, verificationId } = pending;
      await ask('send', { phone: freshPhone(), purpose });
      await ask('verify', pending);
      await ask('redeem', { token: run.tokens.at(-1), purpose: 'reset_password' });
      await ask('status', { phone, purpose, verificationId });
    },
  };
}

/** Requests that bring a phone and a code where none belongs, to see where they end up. */
async function hostilePart(
  client: ApiClient,
  { answers }: Pick<FullRun, 'answers'>,
  ask: (route: string, body: Members, headers?: Record<string, string>) => Promise<Answer>,
  {
    phone,
    code,
    purpose,
    verificationId,
  }: Readonly<Record<'phone' | 'code' | 'purpose' | 'verificationId', string>>,
): Promise<void> {
  const body = { phone, purpose, code, verificationId };
  await ask('verify', { ...body, note: `${phone} ${code}` });
  await ask('verify', { ...body, purpose: code });
  await ask('verify', { ...body, phone: `${phone}x` });
  await ask('verify', { ...body, phone: `${phone}0` });
  await ask('send', { phone, purpose: 'no_such_purpose', code });
  await ask('send', { phone: { phone }, purpose });
  await ask('redeem', { token: `${phone}.${code}`, purpose });
  await ask('verify', body, {
    'x-request-id': phone,
    referer: `https://app.example/?code=${code}`,
    cookie: phone,
  });
  await ask(`verify?phone=${encodeURIComponent(phone)}&code=${code}`, {});
  await ask(`${phone}/${code}`, {});

  const header = 'Host: x\r\nContent-Type: application/json';
  const requests = [
    `GET /auth/sms/verify?phone=${phone}&code=${code} HTTP/1.1\r\n${header}\r\n\r\n`,
    `GET /problems/${phone} HTTP/1.1\r\n${header}\r\n\r\n`,
    `POST /auth/sms/${phone}%ZZ${code} HTTP/1.1\r\n${header}\r\n\r\n`,
    `POST /auth/sms/verify HTTP/1.1\r\n${header}\r\nContent-Length: ${code}\r\n\r\n`,
    `POST /auth/sms/verify HTTP/1.1\r\n${header}\r\nContent-Length: 40\r\n\r\n{"phone":"${phone}","code":"${code}",,,,,}`,
    `${phone} ${code}\r\n\r\n`,
  ];
  for (const request of requests) answers.push({ route: 'raw', answer: await sendRaw(client.url, request) });
}
