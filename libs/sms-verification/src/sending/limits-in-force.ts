import type { CooldownState, SendRefusal, SmsCodeStorage, Subject } from '../storage/sms-code.storage';
import type { VerificationPolicy } from '../verification-policy';

/** No purpose is called so: what a phone is refused for under it belongs to the phone. */
const NO_PURPOSE = '';

/** A count of failures that nobody reaches. */
const NO_FAILURE_WAITS = [{ failures: Number.MAX_SAFE_INTEGER, waitMs: 0 }];

/** Longer than any other limit holds. */
const FAR_MS = 1_000 * 86_400_000;

/** How a phone and purpose stand, with every limit that holds and not only the one that opens last. */
export interface LimitsInForce extends CooldownState {
  readonly limits: readonly SendRefusal[];
}

/**
 * Asks storage for each limit by itself: it answers with the limit that opens last, so it is asked under policies that
 * leave the others out. Several looks, a moment apart, and so for people who want to know why, not for a send.
 */
export async function limitsInForce(
  storage: SmsCodeStorage,
  subject: Subject,
  policy: VerificationPolicy,
): Promise<LimitsInForce> {
  const alone = { ...policy, quotas: [], failureWaits: NO_FAILURE_WAITS };
  const ofPhone = { ...subject, purpose: NO_PURPOSE };
  const [state, cooldown, failures, ...quotas] = await Promise.all([
    storage.checkExistsAndGetTtl(subject, policy),
    storage.checkExistsAndGetTtl(subject, alone),
    storage.checkExistsAndGetTtl(subject, { ...alone, failureWaits: putOff(policy.failureWaits) }),
    ...policy.quotas.map((quota) => storage.checkExistsAndGetTtl(ofPhone, { ...alone, quotas: [quota] })),
  ]);
  const found = [state, cooldown, ...quotas].map(({ refusal }) => refusal);
  const limits = new Map<string, SendRefusal>();
  for (const limit of [...found, broughtBack(failures.refusal)]) {
    if (limit === undefined) continue;
    const name = limit.reason === 'quota' ? `quota ${String(limit.windowMs)}` : limit.reason;
    if (limit.waitMs > (limits.get(name)?.waitMs ?? 0)) limits.set(name, limit);
  }
  return { ...state, limits: [...limits.values()] };
}

/** So late that nothing opens later, and a wait because of failures is what is named. */
function putOff(waits: VerificationPolicy['failureWaits']): VerificationPolicy['failureWaits'] {
  return waits.map(({ failures, waitMs }) => ({ failures, waitMs: waitMs + FAR_MS }));
}

/** The wait as it is; undefined when it is over, or when it is another limit. */
function broughtBack(refusal: SendRefusal | undefined): SendRefusal | undefined {
  if (refusal?.reason !== 'failures' || refusal.waitMs <= FAR_MS) return undefined;
  return { reason: 'failures', waitMs: refusal.waitMs - FAR_MS };
}
