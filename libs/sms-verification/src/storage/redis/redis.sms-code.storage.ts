import { StorageUnavailableError } from '../../sms-verification.errors';
import type { VerificationPolicy } from '../../verification-policy';
import {
  SmsCodeStorage,
  type CooldownState,
  type IssueOutcome,
  type IssueRequest,
  type ProofReference,
  type RedeemOutcome,
  type StatusOutcome,
  type Subject,
  type VerificationReference,
  type VerifyOutcome,
  type VerifyRequest,
} from '../sms-code.storage';
import type { RedisClient } from './lua-script';
import { RedisKeys } from './redis-keys';
import * as scripts from './scripts';

/**
 * Keeps everything in Redis 7 or later, or Valkey. Each method is one Lua script and one round trip; the rules
 * are in the scripts, this class only carries words to keys and arguments and back.
 */
export class RedisSmsCodeStorage extends SmsCodeStorage {
  private readonly keys: RedisKeys;
  private readonly policyTexts = new WeakMap<VerificationPolicy, string>();

  /**
   * @param client an ioredis client; its owner opens, configures and closes it. Give it a `commandTimeout`
   *   (what bounds every answer here) and `maxRetriesPerRequest: 0` (a lost reply must not run a script twice).
   * @param keyPrefix begins the name of every key
   */
  constructor(
    private readonly client: RedisClient,
    keyPrefix = 'sms:',
  ) {
    super();
    this.keys = new RedisKeys(keyPrefix);
  }

  override issue({ phone, purpose, verificationId, digest, policy }: IssueRequest): Promise<IssueOutcome> {
    const record = this.keys.record(phone);
    const args = { purpose, verificationId, digest, policy: this.textOf(policy) };
    return orUnavailable(scripts.issue.run(this.client, { record }, args));
  }

  override verifyAndRemove(request: VerifyRequest): Promise<VerifyOutcome> {
    const { phone, purpose, verificationId, candidates, proof, policy } = request;
    const keys = {
      record: this.keys.record(phone),
      proof: this.keys.proof({ phone, purpose, digest: proof.digest }),
    };
    const args = {
      purpose,
      verificationId: verificationId ?? '',
      candidates: candidates.join(''),
      sealedPhone: proof.sealedPhone,
      proofLifetimeMs: policy.proofLifetimeMs,
      failureMemoryMs: policy.failureMemoryMs,
      policy: this.textOf(policy),
    };
    return orUnavailable(scripts.verifyAndRemove.run(this.client, keys, args));
  }

  override checkExistsAndGetTtl(
    { phone, purpose }: Subject,
    policy: VerificationPolicy,
  ): Promise<CooldownState> {
    const record = this.keys.record(phone);
    const args = { purpose, policy: this.textOf(policy) };
    return orUnavailable(scripts.checkExistsAndGetTtl.run(this.client, { record }, args));
  }

  override cancel({ phone, purpose, verificationId, policy }: VerificationReference): Promise<boolean> {
    const record = this.keys.record(phone);
    const args = { purpose, verificationId, policy: this.textOf(policy) };
    return orUnavailable(scripts.cancel.run(this.client, { record }, args));
  }

  override readStatus({
    phone,
    purpose,
    verificationId,
    policy,
  }: VerificationReference): Promise<StatusOutcome> {
    const record = this.keys.record(phone);
    const args = { purpose, verificationId, policy: this.textOf(policy) };
    return orUnavailable(scripts.readStatus.run(this.client, { record }, args));
  }

  override redeemProof(reference: ProofReference): Promise<RedeemOutcome> {
    return orUnavailable(scripts.redeemProof.run(this.client, { proof: this.keys.proof(reference) }, {}));
  }

  override reset({ phone, purpose }: Subject, policy: VerificationPolicy): Promise<void> {
    const record = this.keys.record(phone);
    return orUnavailable(
      scripts.reset.run(this.client, { record }, { purpose, policy: this.textOf(policy) }),
    );
  }

  override async ping(): Promise<void> {
    await orUnavailable(this.client.ping());
  }

  private textOf(policy: VerificationPolicy): string {
    let text = this.policyTexts.get(policy);
    if (text === undefined) this.policyTexts.set(policy, (text = JSON.stringify(policy)));
    return text;
  }
}

/** Whatever goes wrong between here and the script's reply, the caller cannot know what happened (rule R17). */
async function orUnavailable<Result>(answer: Promise<Result>): Promise<Result> {
  try {
    return await answer;
  } catch (cause) {
    throw new StorageUnavailableError({ cause });
  }
}
