import { isPhoneFingerprint, type PhoneFingerprint } from '../../phone/phone-fingerprint';
import type { VerificationPolicy } from '../../verification-policy';
import {
  SmsCodeStorage,
  type CancelRequest,
  type CooldownState,
  type DeliveryOutcome,
  type DeliveryRequest,
  type IdempotencyDigest,
  type IssueOutcome,
  type IssueRequest,
  type ProofReference,
  type RedeemOutcome,
  type SentRequest,
  type StatusOutcome,
  type Subject,
  type VerificationReference,
  type VerifyOutcome,
  type VerifyRequest,
} from '../sms-code.storage';
import type { Durability } from '../durability';
import type { RedisClient, ScriptClient } from './lua-script';
import { drawNonce } from './nonce';
import { orUnavailable } from './or-unavailable';
import { policyScripts, type PolicyScripts } from './policy-scripts';
import { RedisKeys } from './redis-keys';
import { ReplicatedClient } from './replicated-client';
import * as scripts from './scripts';

/** How long a message's reports are expected, and how long one that comes too early waits to be claimed. */
const MESSAGE_MEMORY_MS = 3_600_000;
const EARLY_REPORT_MS = 60_000;

/**
 * Keeps everything in Redis 7 or later, or Valkey. Each method is one Lua script and one round trip, but for the two
 * about messages, which have a key of their own. The rules are in the scripts; this class only carries words to
 * keys and arguments and back.
 */
export class RedisSmsCodeStorage extends SmsCodeStorage {
  private readonly keys: RedisKeys;
  private readonly fence: boolean;
  /** What the writes go through that a failover must not lose: those of codes and proofs. */
  private readonly writing: ScriptClient;
  /** By policy, and by what it says: two that say the same have the same scripts. */
  private readonly scriptsOfPolicy = new WeakMap<VerificationPolicy, PolicyScripts>();
  private readonly scriptsOfText = new Map<string, PolicyScripts>();

  /**
   * @param client an ioredis client; its owner opens, configures and closes it. Give it a `commandTimeout`
   *   (what bounds every answer here) and `maxRetriesPerRequest: 0` (when a script is run again is decided here).
   * @param keyPrefix begins the name of every key
   * @param durability what a failover may do; the same in every process
   */
  constructor(
    private readonly client: RedisClient,
    keyPrefix = 'sms:',
    durability: Durability = 'fence',
  ) {
    super();
    this.keys = new RedisKeys(keyPrefix);
    this.fence = durability === 'fence';
    this.writing = durability === 'wait' ? new ReplicatedClient(client) : client;
  }

  override issue(request: IssueRequest): Promise<IssueOutcome> {
    const { phone, purpose, verificationId, digest, sealedCode, policy } = request;
    const keys = { record: this.keys.record(phone), known: this.keys.known(phone) };
    const args = {
      purpose,
      verificationId,
      digest,
      sealedCode,
      resendOf: request.resendOf ?? '',
      idempotencyKey: request.idempotencyKey ?? '',
      notAfter: request.notAfter ?? 0,
      onlyRepeat: request.onlyRepeat === true ? 1 : 0,
    };
    return orUnavailable(this.under(policy).issue.run(this.writing, keys, args));
  }

  override verifyAndRemove(request: VerifyRequest): Promise<VerifyOutcome> {
    const { phone, purpose, verificationId, candidates, proofDigest, policy } = request;
    const keys = {
      record: this.keys.record(phone),
      known: this.keys.known(phone),
    };
    const args = {
      field: verificationId === undefined ? '' : `v:${purpose}:${verificationId}`,
      failuresField: `f:${purpose}`,
      digests: candidates.join('') + proofName(proofDigest),
      call: drawNonce() + termsOf(request),
    };
    return orUnavailable(this.under(policy).verifyAndRemove.run(this.writing, keys, args));
  }

  override recordKnown(phone: PhoneFingerprint): Promise<void> {
    return orUnavailable(scripts.recordKnown.run(this.client, { known: this.keys.known(phone) }, {}));
  }

  override checkExistsAndGetTtl(
    { phone, purpose }: Subject,
    policy: VerificationPolicy,
  ): Promise<CooldownState> {
    const keys = { record: this.keys.record(phone), known: this.keys.known(phone) };
    return orUnavailable(this.under(policy).checkExistsAndGetTtl.run(this.client, keys, { purpose }));
  }

  override cancel(request: CancelRequest): Promise<boolean> {
    const { phone, purpose, verificationId, sentAt, kind, idempotencyKey = '', policy } = request;
    const record = this.keys.record(phone);
    const args = { purpose, verificationId, sentAt, kind, idempotencyKey };
    return orUnavailable(this.under(policy).cancel.run(this.client, { record }, args));
  }

  override async recordSent(request: SentRequest): Promise<void> {
    const { phone, purpose, verificationId, sentAt, gateway, messageId } = request;
    const { idempotencyKey = '', assessedAt = 0 } = request;
    const record = this.keys.record(phone);
    const message = this.keys.message(gateway, messageId);
    const owner = [phone, purpose, verificationId, sentAt].join(' ');
    const args = { purpose, verificationId, sentAt, gateway, idempotencyKey, assessedAt };
    // Two keys of two hash tags, so two scripts, sent together, which may be served in either order, with a report
    // between them: record-delivery.lua then takes the message for recorded, and record-sent.lua finds it so.
    const [, early] = await orUnavailable(
      Promise.all([
        scripts.recordSent.run(this.client, { record }, args),
        scripts.nameMessage.run(this.client, { message }, { owner, memoryMs: MESSAGE_MEMORY_MS }),
      ]),
    );
    if (early === 'named') return;
    const delivery = { purpose, verificationId, sentAt, gateway, state: early };
    await orUnavailable(scripts.recordDelivery.run(this.client, { record }, delivery));
  }

  override async recordDelivery({ gateway, messageId, state }: DeliveryRequest): Promise<DeliveryOutcome> {
    const message = this.keys.message(gateway, messageId);
    const finding = scripts.findMessage.run(this.client, { message }, { state, earlyMs: EARLY_REPORT_MS });
    const [phone = '', purpose = '', verificationId = '', sentAt = ''] =
      (await orUnavailable(finding))?.split(' ') ?? [];
    if (!isPhoneFingerprint(phone)) return { outcome: 'unknown' };
    const args = { purpose, verificationId, sentAt, gateway, state };
    const recording = scripts.recordDelivery.run(this.client, { record: this.keys.record(phone) }, args);
    return (await orUnavailable(recording))
      ? { outcome: 'recorded', purpose, verificationId }
      : { outcome: 'unchanged' };
  }

  override claimIdempotencyKey(key: IdempotencyDigest, request: string, ttlMs: number): Promise<boolean> {
    const claim = this.keys.claim(key);
    return orUnavailable(scripts.claimIdempotencyKey.run(this.client, { claim }, { request, ttlMs }));
  }

  override readStatus({
    phone,
    purpose,
    verificationId,
    policy,
  }: VerificationReference): Promise<StatusOutcome> {
    const record = this.keys.record(phone);
    const args = { purpose, verificationId };
    return orUnavailable(this.under(policy).readStatus.run(this.client, { record }, args));
  }

  override redeemProof(reference: ProofReference): Promise<RedeemOutcome> {
    const { phone, purpose, digest } = reference;
    const field = `p:${purpose}:${proofName(digest)}`;
    const args = { field, nonce: drawNonce(), fence: this.fence ? 1 : 0 };
    return orUnavailable(scripts.redeemProof.run(this.writing, { record: this.keys.record(phone) }, args));
  }

  override reset({ phone, purpose }: Subject, policy: VerificationPolicy): Promise<void> {
    const record = this.keys.record(phone);
    return orUnavailable(this.under(policy).reset.run(this.client, { record }, { purpose }));
  }

  override async ping(): Promise<void> {
    await orUnavailable(scripts.proveWritable.run(this.client, { health: this.keys.health() }, {}));
  }

  private under(policy: VerificationPolicy): PolicyScripts {
    let found = this.scriptsOfPolicy.get(policy);
    if (found === undefined) {
      const text = JSON.stringify(policy);
      found = this.scriptsOfText.get(text) ?? policyScripts(policy, this.fence);
      this.scriptsOfText.set(text, found);
      this.scriptsOfPolicy.set(policy, found);
    }
    return found;
  }
}

/** What few requests have, behind the nonce: an argument of its own would cost every request time. */
function termsOf({ idempotencyKey, notAfter, onlyRepeat }: VerifyRequest): string {
  if (idempotencyKey === undefined && notAfter === undefined && onlyRepeat !== true) return '';
  return ['', idempotencyKey ?? '', notAfter ?? 0, onlyRepeat === true ? 1 : 0].join(' ');
}

/** 132 bits of a proof's digest name it, and keep the record compact: see lua/include/layout.lua. */
function proofName(digest: string): string {
  return digest.slice(0, 22);
}
