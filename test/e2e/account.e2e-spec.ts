import { tokenOf, type Answer } from '../support/api-client';
import { freshPhone } from '../support/phones';
import { startApp, type TestApp } from '../support/start-app';

const PASSWORD = 'correct horse battery staple';
const NEW_PASSWORD = 'staple battery horse correct';
const PROOF_INVALID = { status: 401, body: { code: 'proof_invalid' } };

describe('the account example', () => {
  let api: TestApp;
  beforeAll(async () => {
    // A phone proves more here than people do in an hour.
    api = await startApp({ environment: { SMS_PHONE_QUOTA: '50/1h', SMS_ABUSE_MODE: 'off' } });
  });
  afterAll(() => api.close());

  /** A proof that this phone is held, for this purpose. */
  async function prove(phone: string, purpose: string): Promise<string> {
    const { verificationId } = await api.client.send(phone, purpose);
    return tokenOf(
      await api.client.verify(phone, await api.client.newestCode(phone), verificationId, purpose),
    );
  }

  interface Credentials {
    readonly proof?: string | undefined;
    readonly session?: string | undefined;
  }
  const headers = ({ proof, session }: Credentials): Record<string, string> => ({
    ...(proof === undefined ? {} : { 'verification-proof': proof }),
    ...(session === undefined ? {} : { authorization: `Bearer ${session}` }),
  });
  const act = (what: string, body: object, credentials: Credentials): Promise<Answer> =>
    api.client.post(`/dev/account/${what}`, body, headers(credentials));
  const whoAmI = (session: string): Promise<Answer> => api.client.get('/dev/account', headers({ session }));

  async function register(phone = freshPhone()): Promise<string> {
    const answer = await act('register', { password: PASSWORD }, { proof: await prove(phone, 'register') });
    expect(answer.status).toBe(201);
    return phone;
  }

  const login = async (phone: string, password = PASSWORD): Promise<Answer> =>
    act('login', { password }, { proof: await prove(phone, 'login') });

  async function session(phone: string): Promise<string> {
    const { status, body } = await login(phone);
    expect(status).toBe(200);
    return String(body['session']);
  }

  describe('registers', () => {
    it('who proves a phone, masked in the answer, and no phone twice', async () => {
      const phone = freshPhone();
      const first = await act('register', { password: PASSWORD }, { proof: await prove(phone, 'register') });
      expect(first).toMatchObject({ status: 201, body: { phone: `+1••••••${phone.slice(-4)}` } });
      const again = await prove(phone, 'register');
      expect(await act('register', { password: NEW_PASSWORD }, { proof: again })).toMatchObject({
        status: 409,
        headers: { 'content-type': expect.stringContaining('application/problem+json') as string },
        body: { code: 'phone_taken', status: 409 },
      });
    });

    it('nobody without a proof, and nobody with the proof of another purpose', async () => {
      const phone = freshPhone();
      expect(await act('register', { password: PASSWORD }, {})).toMatchObject(PROOF_INVALID);
      const proof = await prove(phone, 'login');
      expect(await act('register', { password: PASSWORD }, { proof })).toMatchObject(PROOF_INVALID);
      // It was not spent by being refused there.
      expect(await act('login', { password: PASSWORD }, { proof })).toMatchObject({
        status: 401,
        body: { code: 'sign_in_refused' },
      });
    });

    it('with one proof one account, of any number of requests at once', async () => {
      const proof = await prove(freshPhone(), 'register');
      const answers = await Promise.all(
        Array.from({ length: 8 }, () => act('register', { password: PASSWORD }, { proof })),
      );
      const statuses = answers.map(({ status }) => status).sort();
      expect(statuses).toEqual([201, 401, 401, 401, 401, 401, 401, 401]);
    });

    it('no password that is too short, which spends the proof all the same', async () => {
      const proof = await prove(freshPhone(), 'register');
      expect(await act('register', { password: 'short' }, { proof })).toMatchObject({
        status: 400,
        body: { errors: [{ field: 'password' }] },
      });
      expect(await act('register', { password: PASSWORD }, { proof })).toMatchObject(PROOF_INVALID);
    });
  });

  describe('logs in', () => {
    let phone: string;
    beforeAll(async () => {
      phone = await register();
    });

    it('with the proof of the phone and the password, and knows the session', async () => {
      expect(await whoAmI(await session(phone))).toMatchObject({
        status: 200,
        body: { phone: `+1••••••${phone.slice(-4)}` },
      });
    });

    it('nobody with a proof that was used', async () => {
      const proof = await prove(phone, 'login');
      expect(await act('login', { password: PASSWORD }, { proof })).toMatchObject({ status: 200 });
      expect(await act('login', { password: PASSWORD }, { proof })).toMatchObject(PROOF_INVALID);
    });

    it('nobody with a wrong password, and says of an unknown phone the same', async () => {
      const wrong = await login(phone, 'not the password');
      const unknown = await login(freshPhone());
      expect(wrong).toMatchObject({ status: 401, body: { code: 'sign_in_refused' } });
      expect(unknown.body).toEqual(wrong.body);
    });

    it('nobody by a session that there is not', async () => {
      for (const none of ['', 'none', 'A'.repeat(43)])
        expect(await whoAmI(none)).toMatchObject({ status: 401, body: { code: 'not_signed_in' } });
    });
  });

  it('resets a password with a proof, after which the old one and every session are worth nothing', async () => {
    const phone = await register();
    const before = await session(phone);
    const wrongPurpose = await prove(phone, 'change_phone');
    expect(await act('password', { password: NEW_PASSWORD }, { proof: wrongPurpose })).toMatchObject(
      PROOF_INVALID,
    );
    const proof = await prove(phone, 'reset_password');
    expect(await act('password', { password: NEW_PASSWORD }, { proof })).toMatchObject({ status: 204 });
    expect(await act('password', { password: PASSWORD }, { proof })).toMatchObject(PROOF_INVALID);
    expect(await whoAmI(before)).toMatchObject({ status: 401 });
  });

  describe('changes a phone', () => {
    const change = (credentials: Credentials, newPhoneProof: string): Promise<Answer> =>
      act('phone', { newPhoneProof }, credentials);
    const both = (old: string, next: string): Promise<[string, string]> =>
      Promise.all([prove(old, 'change_phone'), prove(next, 'change_phone')]);

    let old: string;
    let signedIn: string;
    beforeAll(async () => {
      old = await register();
      signedIn = await session(old);
    });

    it('not without a session', async () => {
      const [proof, newProof] = await both(old, freshPhone());
      expect(await change({ proof }, newProof)).toMatchObject({
        status: 401,
        body: { code: 'not_signed_in' },
      });
    });

    it('not without the old number: its proof is missing, of another number, or for another purpose', async () => {
      const newProof = await prove(freshPhone(), 'change_phone');
      for (const proof of [
        undefined,
        await prove(freshPhone(), 'change_phone'),
        await prove(old, 'reset_password'),
        newProof,
      ])
        expect(await change({ session: signedIn, proof }, newProof)).toMatchObject(PROOF_INVALID);
    });

    it('not without the new number: its proof is for another purpose, or the old one once more', async () => {
      const [first, second] = [await prove(old, 'change_phone'), await prove(old, 'change_phone')];
      const forLogin = await prove(freshPhone(), 'login');
      expect(await change({ session: signedIn, proof: first }, forLogin)).toMatchObject(PROOF_INVALID);
      expect(await change({ session: signedIn, proof: second }, second)).toMatchObject(PROOF_INVALID);
      expect(await whoAmI(signedIn)).toMatchObject({ body: { phone: `+1••••••${old.slice(-4)}` } });
    });

    it('not to a number that has an account', async () => {
      const [proof, newProof] = await both(old, await register());
      expect(await change({ session: signedIn, proof }, newProof)).toMatchObject({
        status: 409,
        body: { code: 'phone_taken' },
      });
    });

    it('with a session and proofs of both, which no request without a session has spent; the session ends', async () => {
      const next = freshPhone();
      const [proof, newProof] = await both(old, next);
      expect(await change({ session: 'A'.repeat(43), proof }, newProof)).toMatchObject({ status: 401 });
      expect(await change({ session: signedIn, proof }, newProof)).toMatchObject({
        status: 200,
        body: { phone: `+1••••••${next.slice(-4)}` },
      });
      expect(await whoAmI(signedIn)).toMatchObject({ status: 401 });
      expect(await login(next)).toMatchObject({ status: 200 });
      expect(await login(old)).toMatchObject({ status: 401 });
    });
  });
});
