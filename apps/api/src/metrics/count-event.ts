import type { PhoneNumber, SmsVerificationEvent } from '@app/sms-verification';
import type { Instruments } from './instruments';

/** Counts what happened. Exhaustive: a new kind of event without a line here does not compile. */
export function countEvent(instruments: Instruments, event: SmsVerificationEvent): void {
  const { sends, verifications, refusals, locks, proofs, deliveries, judgements } = instruments;
  switch (event.type) {
    case 'sent':
      sends.inc({ outcome: event.resend ? 'resent' : 'sent', ...subjectOf(event) });
      return;
    case 'send_failed':
      sends.inc({ outcome: 'failed', ...subjectOf(event) });
      return;
    case 'blocked':
    case 'refused':
      refusals.inc({ reason: event.reason, ...subjectOf(event) });
      return;
    case 'budget_exhausted':
      // Whose send it was is no part of this event; a label that is left out reads as empty.
      refusals.inc({ reason: `budget_${event.scope}`, country: event.country });
      return;
    case 'assessed':
      judgements.inc({
        decision: event.decision,
        reason: event.reason,
        enforced: String(event.enforced),
        country: event.country,
      });
      // Who is challenged may solve it; if not, `refused` says so.
      if (event.enforced && event.decision === 'refuse')
        refusals.inc({ reason: 'guard', ...subjectOf(event) });
      return;
    case 'verified':
      verifications.inc({ outcome: 'verified', ...subjectOf(event) });
      return;
    case 'failed':
      verifications.inc({ outcome: event.reason, ...subjectOf(event) });
      return;
    case 'locked':
      locks.inc(subjectOf(event));
      return;
    case 'delivered':
    case 'undelivered':
      deliveries.inc({ gateway: event.gateway, state: event.type, purpose: event.purpose });
      return;
    case 'redeemed':
      proofs.inc({ outcome: 'redeemed', purpose: event.purpose });
      return;
    case 'proof_refused':
      proofs.inc({ outcome: 'refused', purpose: event.purpose });
      return;
  }
}

function subjectOf({ phone, purpose }: { readonly phone: PhoneNumber; readonly purpose: string }): {
  purpose: string;
  country: string;
} {
  return { purpose, country: phone.country };
}
