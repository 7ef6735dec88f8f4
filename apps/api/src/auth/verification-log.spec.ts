import { Logger } from '@nestjs/common';
import { PhoneNumber, SmsVerificationEvents, type SmsVerificationEvent } from '@app/sms-verification';
import { VerificationLog } from './verification-log';

const HERS = { phone: PhoneNumber.parse('+14155550100'), purpose: 'login' };
const LOGGED = { phone: '+1••••••0100', purpose: 'login' };
const verificationId = 'V'.repeat(22);

/** One event of each kind, and what its line says. Exhaustive: a new kind without a line does not compile. */
const EVENTS: {
  [Type in SmsVerificationEvent['type']]: [
    Extract<SmsVerificationEvent, { type: Type }>,
    Record<string, unknown>,
  ];
} = {
  sent: [
    { ...HERS, type: 'sent', verificationId, gateway: 'twilio', messageId: 'SM1', resend: false },
    { ...LOGGED, gateway: 'twilio', messageId: 'SM1', resend: false },
  ],
  delivered: [
    { type: 'delivered', gateway: 'smpp', purpose: 'login', verificationId },
    { gateway: 'smpp', purpose: 'login' },
  ],
  undelivered: [
    { type: 'undelivered', gateway: 'smpp', purpose: 'login', verificationId },
    { gateway: 'smpp', purpose: 'login' },
  ],
  send_failed: [
    { ...HERS, type: 'send_failed', verificationId, reason: 'refused by the carrier' },
    { ...LOGGED, reason: 'refused by the carrier' },
  ],
  assessed: [
    {
      ...HERS,
      type: 'assessed',
      country: 'US',
      decision: 'challenge',
      reason: 'conversion',
      level: 'operator',
      enforced: true,
    },
    {
      ...LOGGED,
      country: 'US',
      decision: 'challenge',
      reason: 'conversion',
      level: 'operator',
      enforced: true,
    },
  ],
  refused: [
    { ...HERS, type: 'refused', country: 'US', reason: 'challenge_wrong' },
    { ...LOGGED, country: 'US', reason: 'challenge_wrong' },
  ],
  budget_exhausted: [
    { type: 'budget_exhausted', country: 'FR', scope: 'country', waitMs: 1_500 },
    { country: 'FR', scope: 'country', waitMs: 1_500 },
  ],
  blocked: [
    { ...HERS, type: 'blocked', reason: 'cooldown', waitMs: 1_500 },
    { ...LOGGED, reason: 'cooldown', waitMs: 1_500 },
  ],
  verified: [
    { ...HERS, type: 'verified', failuresBefore: 2 },
    { ...LOGGED, failuresBefore: 2 },
  ],
  failed: [
    { ...HERS, type: 'failed', reason: 'wrong', failures: 3 },
    { ...LOGGED, reason: 'wrong', failures: 3 },
  ],
  locked: [
    { ...HERS, type: 'locked', failures: 5 },
    { ...LOGGED, failures: 5 },
  ],
  redeemed: [{ ...HERS, type: 'redeemed' }, LOGGED],
  proof_refused: [{ type: 'proof_refused', purpose: 'login' }, { purpose: 'login' }],
};

describe(VerificationLog.name, () => {
  let events: SmsVerificationEvents;
  let logged: { level: string; line: unknown }[];

  beforeEach(() => {
    events = new SmsVerificationEvents();
    new VerificationLog(events).onModuleInit();
    logged = [];
    const keep = (level: string) => (line: unknown) => {
      logged.push({ level, line });
    };
    Logger.overrideLogger({ log: keep('log'), warn: keep('warn'), error: keep('error') });
  });

  it.each(Object.entries(EVENTS))('writes one structured line of %s [ASVS 16.3.1]', (type, [event, said]) => {
    events.emit(event);

    expect(logged).toHaveLength(1);
    expect(JSON.parse(JSON.stringify(logged[0]?.line))).toEqual({ event: type, ...said });
  });

  it('writes no phone in clear and no verification id [ASVS 16.2.5]', () => {
    for (const [event] of Object.values(EVENTS)) events.emit(event);
    const lines = JSON.stringify(logged);

    expect(lines).not.toContain('4155550100');
    expect(lines).not.toContain(verificationId);
  });

  it('warns of what an operator should look at', () => {
    for (const [event] of Object.values(EVENTS)) events.emit(event);
    const warnings = logged.filter(({ level }) => level === 'warn').map(({ line }) => line);

    expect(warnings).toMatchObject([{ event: 'send_failed' }, { event: 'locked' }]);
  });
});
