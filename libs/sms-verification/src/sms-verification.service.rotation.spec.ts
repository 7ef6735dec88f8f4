import { SmsGateway, type SmsMessage, type SmsReceipt } from './gateway/sms.gateway';
import { PhoneNumber } from './phone/phone-number';
import { CodeInvalidError, ProofInvalidError } from './sms-verification.errors';
import { SmsVerificationEvents } from './sms-verification.events';
import { resolveOptions } from './sms-verification.options';
import { SmsVerificationService } from './sms-verification.service';
import { InProcessSmsCodeStorage } from './storage/in-process/in-process.sms-code.storage';

const HERS = { phone: PhoneNumber.parse('+14155550100'), purpose: 'login' };
const OLD = 'the old code secret, 32 bytes or more';
const NEW = 'the new code secret, 32 bytes or more';
const BEFORE = { codeSecret: OLD };
const PREPARED = { codeSecret: OLD, acceptedCodeSecrets: [NEW] };
const SWAPPED = { codeSecret: NEW, acceptedCodeSecrets: [OLD] };
const AFTER = { codeSecret: NEW };

class KeepingGateway extends SmsGateway {
  readonly messages: SmsMessage[] = [];

  override send(message: SmsMessage): Promise<SmsReceipt> {
    return Promise.resolve({ messageId: String(this.messages.push(message)) });
  }
}

describe(`instances of ${SmsVerificationService.name} on one storage while a secret rotates`, () => {
  let gateway: KeepingGateway;
  let storage: InProcessSmsCodeStorage;

  beforeEach(() => {
    gateway = new KeepingGateway();
    storage = new InProcessSmsCodeStorage();
  });

  function instance(secrets: {
    codeSecret: string;
    acceptedCodeSecrets?: string[];
    phoneKey?: string;
  }): SmsVerificationService {
    const options = resolveOptions({
      gateway,
      storage,
      phoneKey: 'a key of phones, of 32 bytes or more',
      // Tested by itself.
      abuse: { mode: 'off' },
      ...secrets,
    });
    return new SmsVerificationService(options, storage, gateway, new SmsVerificationEvents());
  }

  /** Verifies the code that was sent last. */
  const verifyWith = (service: SmsVerificationService): ReturnType<SmsVerificationService['verify']> => {
    const [message] = gateway.messages;
    return service.verify({
      ...HERS,
      code: message?.code ?? '',
      verificationId: message?.verificationId ?? '',
    });
  };

  it.each([
    ['not yet prepared', BEFORE, 'prepared', PREPARED],
    ['prepared', PREPARED, 'not yet prepared', BEFORE],
    ['prepared', PREPARED, 'swapped', SWAPPED],
    ['swapped', SWAPPED, 'prepared', PREPARED],
    ['swapped', SWAPPED, 'done', AFTER],
    ['done', AFTER, 'swapped', SWAPPED],
  ])(
    'a code sent by one that is %s is verified by one that is %3$s (R15)',
    async (_from, sender, _to, verifier) => {
      await instance(sender).send(HERS);

      await expect(verifyWith(instance(verifier))).resolves.toMatchObject(HERS);
    },
  );

  it.each([
    ['skips the preparation', BEFORE, AFTER],
    ['removes the old secret before its codes have expired', BEFORE, AFTER],
    ['lets new codes reach instances that know the old secret alone', AFTER, BEFORE],
  ])('a rotation that %s refuses the code', async (_how, sender, verifier) => {
    await instance(sender).send(HERS);

    await expect(verifyWith(instance(verifier))).rejects.toThrow(CodeInvalidError);
  });

  it('a proof outlives the rotation: no secret of the application is in it', async () => {
    await instance(BEFORE).send(HERS);
    const { token } = await verifyWith(instance(PREPARED));

    await expect(instance(AFTER).redeemProof(token, { purpose: 'login' })).resolves.toMatchObject({
      purpose: 'login',
    });
    await expect(instance(BEFORE).redeemProof(token, { purpose: 'login' })).rejects.toThrow(
      ProofInvalidError,
    );
  });

  it('another phone key forgets everything, and so is no secret to rotate', async () => {
    await instance(AFTER).send(HERS);
    const stranger = instance({ ...AFTER, phoneKey: 'another key of phones, 32 bytes or more' });

    await expect(verifyWith(stranger)).rejects.toThrow(CodeInvalidError);
    await expect(stranger.assertSendAllowed(HERS)).resolves.toBeUndefined();
  });
});
