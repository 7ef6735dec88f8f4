import { CountryPolicy } from './abuse/country/country-policy';
import { SmsGateway, type SmsMessage, type SmsReceipt } from './gateway/sms.gateway';
import { PhoneNumber } from './phone/phone-number';
import {
  CodeInvalidError,
  ProofInvalidError,
  PurposeUnknownError,
  VerificationNotFoundError,
} from './sms-verification.errors';
import { SmsVerificationEvents, type SmsVerificationEvent } from './sms-verification.events';
import { resolveOptions, type SmsVerificationOptions } from './sms-verification.options';
import { SmsVerificationService } from './sms-verification.service';
import { InProcessSmsCodeStorage } from './storage/in-process/in-process.sms-code.storage';

const HERS = { phone: PhoneNumber.parse('+14155550100'), purpose: 'login' };
const NO_ID = 'A'.repeat(22);
const MINUTE = 60_000;

class KeepingGateway extends SmsGateway {
  readonly messages: SmsMessage[] = [];

  override send(message: SmsMessage): Promise<SmsReceipt> {
    return Promise.resolve({ messageId: String(this.messages.push(message)) });
  }
}

describe(`what ${SmsVerificationService.name} refuses`, () => {
  let gateway: KeepingGateway;
  let service: SmsVerificationService;
  let events: SmsVerificationEvent[];

  beforeEach(() => {
    start();
  });
  afterEach(() => jest.restoreAllMocks());

  function start(own: Partial<SmsVerificationOptions> = {}): void {
    gateway = new KeepingGateway();
    const options = resolveOptions({
      gateway,
      storage: new InProcessSmsCodeStorage(() => 1_000_000 * MINUTE),
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

  /** Sends a code, and gives what its holder would verify with. */
  async function sent(): Promise<typeof HERS & { code: string; verificationId: string }> {
    const { verificationId } = await service.send(HERS);
    return { ...HERS, verificationId, code: gateway.messages.at(-1)?.code ?? '' };
  }

  const spoilt = (code: string): string => code.replace(/.$/, (digit) => String((Number(digit) + 1) % 10));

  it.each([
    ['phone', { phone: PhoneNumber.parse('+14155550101') }],
    ['purpose', { purpose: 'register' }],
    ['verificationId', { verificationId: NO_ID }],
    ['malformed verificationId', { verificationId: 'A' }],
  ])('is the right code with another %s, and it spends no attempt [ASVS 6.6.2]', async (_what, other) => {
    const request = await sent();

    await expect(service.verify({ ...request, ...other })).rejects.toMatchObject({
      code: 'code_invalid',
      attemptsRemaining: undefined,
    });
    await expect(service.status(request)).resolves.toMatchObject({ attemptsRemaining: 5 });
    await expect(service.verify(request)).resolves.toMatchObject(HERS);
    expect(events.map(({ type }) => type)).toEqual(['sent', 'failed', 'verified']);
  });

  it.each(['', 'A', 'A'.repeat(23), `${'A'.repeat(21)}:`, `${'A'.repeat(22)}\n`])(
    'is %j as a verificationId, and it never gets near the storage [ASVS 2.2.1]',
    async (verificationId) => {
      const asked = [
        jest.spyOn(InProcessSmsCodeStorage.prototype, 'verifyAndRemove'),
        jest.spyOn(InProcessSmsCodeStorage.prototype, 'readStatus'),
      ];
      const request = { ...HERS, code: '123456', verificationId };

      await expect(service.verify(request)).rejects.toThrow(CodeInvalidError);
      await expect(service.status(request)).rejects.toThrow(VerificationNotFoundError);
      for (const method of asked) expect(method).not.toHaveBeenCalled();
    },
  );

  it('is a code of no verification, with the answer that a wrong code gets [ASVS 2.3.1]', async () => {
    const request = { ...HERS, code: '123456', verificationId: NO_ID };

    await expect(service.verify(request)).rejects.toMatchObject({
      code: 'code_invalid',
      message: new CodeInvalidError(4).message,
      attemptsRemaining: undefined,
    });
    expect(events).toEqual([{ ...HERS, type: 'failed', reason: 'unknown' }]);
  });

  it('is every code after the last attempt, the right one too [ASVS 6.6.3]', async () => {
    start({ maxAttempts: 2 });
    const right = await sent();
    const wrong = { ...right, code: spoilt(right.code) };
    await expect(service.verify(wrong)).rejects.toMatchObject({ code: 'code_invalid', attemptsRemaining: 1 });
    await expect(service.verify(wrong)).rejects.toMatchObject({ code: 'code_invalid', attemptsRemaining: 0 });
    await expect(service.verify(right)).rejects.toMatchObject({ code: 'attempts_exhausted' });

    expect(events.slice(1)).toEqual([
      { ...HERS, type: 'failed', reason: 'wrong', failures: 1 },
      { ...HERS, type: 'failed', reason: 'wrong', failures: 2 },
      { ...HERS, type: 'locked', failures: 2 },
      { ...HERS, type: 'failed', reason: 'exhausted' },
    ]);
  });

  it.each(['', '12345', '12345678901', '12345a', '１２３４５６', '123456\n', '+123456', '1e5000'])(
    'is %j as a code, by name and without counting an attempt [ASVS 2.2.1]',
    async (code) => {
      const request = await sent();

      await expect(service.verify({ ...request, code })).rejects.toMatchObject({
        code: 'invalid_request',
        errors: [{ field: 'code' }],
      });
      await expect(service.status(request)).resolves.toMatchObject({ attemptsRemaining: 5 });
      expect(events).toHaveLength(1);
    },
  );

  describe('is a send', () => {
    it.each([
      ['cooldown', {}, { code: 'cooldown', retryAfterMs: MINUTE }],
      [
        'quota',
        { quotas: [{ limit: 1, windowMs: 10 * MINUTE }] },
        { code: 'quota_exceeded', retryAfterMs: 10 * MINUTE, limit: 1, windowMs: 10 * MINUTE },
      ],
      [
        'failures',
        { failureWaits: [{ failures: 1, waitMs: 2 * MINUTE }] },
        { code: 'attempts_exhausted', retryAfterMs: 2 * MINUTE },
      ],
    ])('because of the %s, early and late alike', async (reason, own, error) => {
      start(own);
      const { code, ...request } = await sent();
      await expect(service.verify({ ...request, code: spoilt(code) })).rejects.toThrow(CodeInvalidError);
      events.length = 0;

      await expect(service.assertSendAllowed(HERS)).rejects.toMatchObject(error);
      await expect(service.send(HERS)).rejects.toMatchObject(error);
      const blocked = { ...HERS, type: 'blocked', reason, waitMs: error.retryAfterMs };
      expect(events).toEqual([blocked, blocked]);
      expect(gateway.messages).toHaveLength(1);
    });

    it('not because somebody asked whether it is allowed: that reserves nothing', async () => {
      await service.assertSendAllowed(HERS);
      await service.assertSendAllowed(HERS);

      await expect(service.send(HERS)).resolves.toMatchObject(HERS);
    });
  });

  it('is a token that cannot be one', async () => {
    await expect(service.redeemProof('no.token', { purpose: 'login' })).rejects.toThrow(ProofInvalidError);
    expect(events).toEqual([{ type: 'proof_refused', purpose: 'login' }]);
  });

  it('is a country that messages do not go to, and is told of', async () => {
    start({ abuse: { mode: 'off', regions: new CountryPolicy({ deny: ['US'] }) } });
    await expect(service.send(HERS)).rejects.toMatchObject({ code: 'region_not_allowed' });
    expect(events).toEqual([{ ...HERS, type: 'refused', country: 'US', reason: 'region' }]);
  });

  it('is a purpose that is not configured, whatever is asked', async () => {
    const unknown = { ...HERS, purpose: 'pay', code: '123456', verificationId: NO_ID };
    const asked = [
      service.send(unknown),
      service.verify(unknown),
      service.status(unknown),
      service.reset(unknown),
      service.assertSendAllowed(unknown),
      service.redeemProof('no.token', unknown),
    ];

    for (const answer of asked) await expect(answer).rejects.toThrow(PurposeUnknownError);
    expect(gateway.messages).toEqual([]);
    expect(events).toEqual([]);
  });
});
