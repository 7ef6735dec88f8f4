import { SmsGateway, type SmsMessage, type SmsReceipt } from './gateway/sms.gateway';
import { PhoneNumber } from './phone/phone-number';
import {
  CodeInvalidError,
  InvalidRequestError,
  ProofInvalidError,
  VerificationNotFoundError,
} from './sms-verification.errors';
import { SmsVerificationEvents, type SmsVerificationEvent } from './sms-verification.events';
import { resolveOptions, type SmsVerificationOptions } from './sms-verification.options';
import { SmsVerificationService } from './sms-verification.service';
import { InProcessSmsCodeStorage } from './storage/in-process/in-process.sms-code.storage';

const PHONE = PhoneNumber.parse('+14155550100');
const HERS = { phone: PHONE, purpose: 'login' };
const MINUTE = 60_000;

class KeepingGateway extends SmsGateway {
  readonly messages: SmsMessage[] = [];

  get newest(): SmsMessage {
    const message = this.messages.at(-1);
    if (message === undefined) throw new Error('no message was sent');
    return message;
  }

  override send(message: SmsMessage): Promise<SmsReceipt> {
    return Promise.resolve({ messageId: `message ${String(this.messages.push(message))}` });
  }
}

describe(SmsVerificationService.name, () => {
  let gateway: KeepingGateway;
  let service: SmsVerificationService;
  let events: SmsVerificationEvent[];
  let now: number;

  beforeEach(() => {
    now = 1_000_000 * MINUTE;
    start();
  });

  function start(own: Partial<SmsVerificationOptions> = {}): void {
    gateway = new KeepingGateway();
    const options = resolveOptions({
      gateway,
      storage: new InProcessSmsCodeStorage(() => now),
      codeSecret: 'a secret of codes, of 32 bytes or more',
      phoneKey: 'a key of phones, of 32 bytes or more',
      // Tested by itself.
      abuse: { mode: 'off' },
      ...own,
    });
    const hook = new SmsVerificationEvents();
    service = new SmsVerificationService(options, options.storage, gateway, hook);
    events = [];
    hook.subscribe((event) => void events.push(event));
  }

  const guess = (code: string): ReturnType<typeof service.verify> =>
    service.verify({ ...HERS, code, verificationId: gateway.newest.verificationId });
  /** A code that the newest message does not carry. */
  const wrong = (): string => gateway.newest.code.replace(/.$/, (digit) => String((Number(digit) + 1) % 10));

  it('sends a code, trades it for a proof, and spends the proof', async () => {
    const sent = await service.send(HERS);
    expect(sent).toEqual({
      ...HERS,
      verificationId: gateway.newest.verificationId,
      expiresAt: new Date(now + 5 * MINUTE),
      expiresInMs: 5 * MINUTE,
      resendAt: new Date(now + MINUTE),
      resendInMs: MINUTE,
    });

    const proof = await guess(gateway.newest.code);
    expect(proof).toEqual({
      ...HERS,
      token: expect.any(String) as string,
      expiresInMs: 10 * MINUTE,
      verifiedAt: new Date(now),
      recognition: { token: expect.any(String) as string, expiresInMs: 90 * 24 * 60 * MINUTE },
    });

    now += 1_000;
    const redeemed = await service.redeemProof(proof.token, { purpose: 'login' });
    expect(redeemed).toMatchObject({ purpose: 'login', verifiedAt: new Date(now - 1_000) });
    expect(redeemed.phone.equals(PHONE)).toBe(true);
  });

  it('tells of each step once, and never the code [ASVS 16.3.1]', async () => {
    const { verificationId } = await service.send(HERS);
    const { token } = await guess(gateway.newest.code);
    const redeemed = await service.redeemProof(token, { purpose: 'login' });

    expect(events).toEqual([
      {
        ...HERS,
        type: 'sent',
        verificationId,
        gateway: 'default',
        messageId: 'message 1',
        resend: false,
      },
      { ...HERS, type: 'verified', failuresBefore: 0 },
      { ...redeemed, type: 'redeemed', verifiedAt: undefined },
    ]);
    expect(JSON.stringify(events)).not.toContain(`"${gateway.newest.code}"`);
  });

  it.each([6, 10])('hands the gateway a code of the %i digits that are configured', async (codeLength) => {
    start({ codeLength });
    const { verificationId } = await service.send(HERS);
    const { code, text } = gateway.newest;

    expect(gateway.messages).toEqual([{ ...HERS, verificationId, code, text }]);
    expect(code).toHaveLength(codeLength);
    expect(text).toContain(code);
    await expect(guess(code)).resolves.toMatchObject(HERS);
  });

  it('takes a code once and a proof once [ASVS 6.5.1]', async () => {
    await service.send(HERS);
    const { token } = await guess(gateway.newest.code);
    await expect(guess(gateway.newest.code)).rejects.toThrow(CodeInvalidError);

    await service.redeemProof(token, { purpose: 'login' });
    await expect(service.redeemProof(token, { purpose: 'login' })).rejects.toThrow(ProofInvalidError);
    expect(events.slice(1)).toEqual([
      expect.objectContaining({ type: 'verified' }),
      { ...HERS, type: 'failed', reason: 'unknown' },
      expect.objectContaining({ type: 'redeemed' }),
      { type: 'proof_refused', purpose: 'login' },
    ]);
  });

  it('takes a proof for its own purpose alone, and a try for another one does not spend it', async () => {
    await service.send(HERS);
    const { token } = await guess(gateway.newest.code);

    await expect(service.redeemProof(token, { purpose: 'register' })).rejects.toThrow(ProofInvalidError);
    await expect(service.redeemProof(token, { purpose: 'login' })).resolves.toMatchObject({
      purpose: 'login',
    });
  });

  it('takes a code until it expires and a proof until it expires [ASVS 6.5.5]', async () => {
    await service.send(HERS);
    const first = gateway.newest;
    now += 5 * MINUTE;
    await expect(guess(first.code)).rejects.toThrow(CodeInvalidError);

    await service.send(HERS);
    now += 5 * MINUTE - 1;
    const { token } = await guess(gateway.newest.code);
    now += 10 * MINUTE;
    await expect(service.redeemProof(token, { purpose: 'login' })).rejects.toThrow(ProofInvalidError);
  });

  it('tells with a success how many failures preceded it [ASVS 6.3.5]', async () => {
    await service.send(HERS);
    await expect(guess(wrong())).rejects.toThrow(CodeInvalidError);
    await guess(gateway.newest.code);
    expect(events.at(-1)).toEqual({ ...HERS, type: 'verified', failuresBefore: 1 });
  });

  it.each([
    ['spaces', (code: string) => ` ${code.slice(0, 3)} ${code.slice(3)} `],
    ['hyphens', (code: string) => `${code.slice(0, 3)}-${code.slice(3)}`],
  ])('reads a code that was pasted with %s', async (_what, pasted) => {
    await service.send(HERS);

    await expect(guess(pasted(gateway.newest.code))).resolves.toMatchObject(HERS);
  });

  it('needs the verificationId, unless binding is optional: then the newest code is meant', async () => {
    await service.send(HERS);
    await expect(service.verify({ ...HERS, code: gateway.newest.code })).rejects.toThrow(InvalidRequestError);

    start({ binding: 'optional' });
    await service.send(HERS);
    now += MINUTE;
    await service.send(HERS);
    await expect(service.verify({ ...HERS, code: gateway.newest.code })).resolves.toMatchObject(HERS);
  });

  it('lets an operator end the wait of a phone', async () => {
    await service.send(HERS);
    await service.reset(HERS);
    await expect(service.send(HERS)).resolves.toMatchObject(HERS);
  });

  it('tells the holder of an id how the verification stands, and nobody else', async () => {
    const { verificationId } = await service.send(HERS);
    now += MINUTE;

    await expect(service.status({ ...HERS, verificationId })).resolves.toEqual({
      state: 'pending',
      delivery: 'sent',
      attemptsRemaining: 5,
      expiresInMs: 4 * MINUTE,
      resendInMs: 0,
    });
    for (const foreign of ['A'.repeat(22), 'malformed']) {
      await expect(service.status({ ...HERS, verificationId: foreign })).rejects.toThrow(
        VerificationNotFoundError,
      );
    }
  });
});
