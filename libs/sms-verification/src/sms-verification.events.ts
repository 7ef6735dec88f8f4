import { Injectable, Logger } from '@nestjs/common';
import type { GuardDecision, GuardReason, Level } from './abuse/prefix-guard/prefix-guard';
import type { PhoneNumber } from './phone/phone-number';
import type { SendRefusal } from './storage/sms-code.storage';

interface About {
  /** Prints masked; its `e164` is the number in clear. */
  readonly phone: PhoneNumber;
  readonly purpose: string;
}

/** Whose message a gateway reports on; the phone itself is not known then. */
interface Reported {
  readonly gateway: string;
  readonly purpose: string;
  readonly verificationId: string;
}

/** What happened, one event for each outcome (ASVS 16.3.1, 16.3.3). No event carries a code. */
export type SmsVerificationEvent =
  /** A gateway accepted the message. */
  | (About & {
      readonly type: 'sent';
      readonly verificationId: string;
      readonly gateway: string;
      readonly messageId: string;
      readonly resend: boolean;
    })
  /** A gateway reported what became of its message. */
  | (Reported & { readonly type: 'delivered' })
  | (Reported & { readonly type: 'undelivered' })
  /**
   * No gateway accepted the message; what it reserved was taken back, unless the storage failed just then. Its price
   * stays spent unless every gateway definitely refused.
   */
  | (About & { readonly type: 'send_failed'; readonly verificationId: string; readonly reason: string })
  /** The abuse defence judged a send; `enforced` tells whether it acted on it. */
  | (About & {
      readonly type: 'assessed';
      /** ISO 3166-1 alpha-2. */
      readonly country: string;
      readonly decision: GuardDecision['decision'];
      readonly reason: GuardReason;
      readonly level: Level | undefined;
      readonly enforced: boolean;
    })
  /** A send was refused before a limit, or the money, was asked: by its country, `assessRisk`, or for a challenge. */
  | (About & {
      readonly type: 'refused';
      readonly country: string;
      readonly reason: 'region' | 'risk' | 'challenge_missing' | 'challenge_wrong';
    })
  /** A send was refused because the day's money is spent. */
  | {
      readonly type: 'budget_exhausted';
      readonly country: string;
      readonly scope: 'overall' | 'country';
      readonly waitMs: number;
    }
  /** A send was refused by a limit. */
  | (About & { readonly type: 'blocked'; readonly reason: SendRefusal['reason']; readonly waitMs: number })
  /** The code was right. `failuresBefore` consecutive failures preceded it (ASVS 6.3.5: tell the person). */
  | (About & { readonly type: 'verified'; readonly failuresBefore: number })
  /** A guess was wrong, or meant no live verification, or came when no attempts were left. */
  | (About & {
      readonly type: 'failed';
      readonly reason: 'wrong' | 'unknown' | 'exhausted';
      readonly failures?: number;
    })
  /** The guess before took the verification's last attempt. */
  | (About & { readonly type: 'locked'; readonly failures: number })
  /** A proof was spent. */
  | (About & { readonly type: 'redeemed' })
  /** A proof was refused; whose it would be is not known. */
  | { readonly type: 'proof_refused'; readonly purpose: string };

export type SmsVerificationListener = (event: SmsVerificationEvent) => void | Promise<void>;

/** Hands events to whoever subscribed: audit, analytics, a notice to the person. */
@Injectable()
export class SmsVerificationEvents {
  private readonly logger = new Logger(SmsVerificationEvents.name);
  private readonly listeners = new Set<SmsVerificationListener>();

  /** @returns a function that ends the subscription */
  subscribe(listener: SmsVerificationListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /**
   * Calls every listener and waits for none. What a listener throws, or rejects with, is logged and changes
   * nothing for anyone else.
   */
  emit(event: SmsVerificationEvent): void {
    for (const listener of this.listeners) this.call(listener, event);
  }

  private call(listener: SmsVerificationListener, event: SmsVerificationEvent): void {
    const failed = (error: unknown): void => {
      this.logger.error(`a listener failed on "${event.type}"`, error instanceof Error ? error.stack : error);
    };
    try {
      // Most return nothing, and cost no promise.
      listener(event)?.catch(failed);
    } catch (error) {
      failed(error);
    }
  }
}
