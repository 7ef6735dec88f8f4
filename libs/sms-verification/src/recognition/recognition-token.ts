import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { DEVICE_BUCKETS, isPhoneFingerprint, type PhoneFingerprint } from '../phone/phone-fingerprint';

/** How long a device is recognised after a success on it: 90 days. */
export const RECOGNITION_MS = 90 * 24 * 3_600_000;

/** A device on which a phone was verified, as its token tells. */
export interface RecognisedDevice {
  readonly deviceId: string;
  /** On the storage's clock; only the storage can tell whether it has passed (rule R12). */
  readonly notAfter: number;
}

/**
 * Which of a phone's limits for devices a device is counted in. Few, because every success without a token makes a
 * device: with limits for each, one verification after the other would buy any number of messages.
 */
export function bucketOf(deviceId: string): number {
  return createHash('sha256').update(deviceId).digest().readUInt32BE() % DEVICE_BUCKETS;
}

const DEVICE_ID_LENGTH = 16;
const FORM = /^([A-Za-z0-9_-]{16})\.([A-Za-z0-9_-]{16})\.([0-9a-z]{1,10})\.([A-Za-z0-9_-]{43})$/;

/**
 * Signs and reads recognition tokens (rule R21; the device cookie of OWASP's "Slow Down Online Guessing Attacks with
 * Device Cookies"). A token is `<device id>.<phone's fingerprint>.<end>.<HMAC-SHA-256>`: bound to its phone, good for
 * 90 days. It opens nothing by itself; whoever presents it is counted apart from strangers.
 */
export class RecognitionTokens {
  /** @param alsoAccepted secrets that tokens in the field may have been signed with before a rotation */
  constructor(
    private readonly current: string,
    private readonly alsoAccepted: readonly string[],
  ) {}

  /** A device id that nobody can guess, the same for the same proof: a repeated request gets the same (R11). */
  deviceIdFor(proofDigest: string): string {
    return mac(this.current, `device:${proofDigest}`).toString('base64url').slice(0, DEVICE_ID_LENGTH);
  }

  sign(phone: PhoneFingerprint, { deviceId, notAfter }: RecognisedDevice): string {
    const body = `${deviceId}.${phone}.${Math.floor(notAfter / 1_000).toString(36)}`;
    return `${body}.${mac(this.current, body).toString('base64url')}`;
  }

  /** The device, or undefined when the token is not one of ours, or another phone's. Never throws. */
  read(token: string, phone: PhoneFingerprint): RecognisedDevice | undefined {
    const [, deviceId = '', owner = '', end = '', signature = ''] = FORM.exec(token) ?? [];
    if (!isPhoneFingerprint(owner) || owner !== phone) return undefined;
    const given = Buffer.from(signature, 'base64url');
    const body = `${deviceId}.${owner}.${end}`;
    const genuine = [this.current, ...this.alsoAccepted].some((secret) =>
      timingSafeEqual(mac(secret, body), given),
    );
    return genuine ? { deviceId, notAfter: Number.parseInt(end, 36) * 1_000 } : undefined;
  }
}

/** Labelled, so that nothing else signed with the same secret passes for a token. */
function mac(secret: string, text: string): Buffer {
  return createHmac('sha256', secret).update(`sms-verification/recognition:${text}`).digest();
}
