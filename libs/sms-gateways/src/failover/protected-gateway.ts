import {
  BrokenCircuitError,
  circuitBreaker,
  CircuitState,
  ConsecutiveBreaker,
  handleWhen,
  IsolatedCircuitError,
} from 'cockatiel';
import {
  DestinationInvalidError,
  MessageRefusedError,
  OutcomeUnknownError,
  type SmsGatewayError,
  type SmsMessage,
  type SmsReceipt,
} from '@app/sms-verification';
import { attempted, type AttemptObserver } from './attempt';
import type { NamedGateway } from './failover.sms-gateway';
import { withinTime } from './within-time';

/** How one gateway's trouble is kept from the others and from the people who wait. */
export interface GatewayProtection {
  /** How long one gateway may take to accept a message. */
  readonly timeoutMs: number;
  /** Failures in a row after which a gateway is left alone. */
  readonly failuresToRest: number;
  /** How long it is left alone before one message tries it again. */
  readonly restMs: number;
  /** Messages that one gateway is given at the same time; more go to the next gateway at once. */
  readonly concurrency: number;
}

/** A gateway behind a timeout, a circuit breaker and a bound on how much it is given at once. */
export interface ProtectedGateway {
  send(message: SmsMessage, signal: AbortSignal): Promise<SmsReceipt>;
  state(): 'open for messages' | 'resting';
}

export function protect(
  { name, gateway }: NamedGateway,
  protection: GatewayProtection,
  observer: AttemptObserver,
): ProtectedGateway {
  // That a number is invalid says nothing against the gateway that knows it.
  const isTrouble = handleWhen((error) => !(error instanceof DestinationInvalidError));
  const breaker = circuitBreaker(isTrouble, {
    halfOpenAfter: protection.restMs,
    breaker: new ConsecutiveBreaker(protection.failuresToRest),
  });
  let underWay = 0;
  let restsUntil = 0;
  breaker.onBreak(() => {
    restsUntil = Date.now() + protection.restMs;
  });
  const skipped = (why: string): MessageRefusedError => {
    observer({ gateway: name, outcome: 'skipped', durationMs: 0 });
    return new MessageRefusedError(`${name}: ${why}`);
  };

  return {
    async send(message, signal) {
      // Outside the breaker: being too busy here is not the gateway's failure.
      if (underWay >= protection.concurrency) throw skipped('too many messages at once');
      underWay += 1;
      try {
        // While one message tries it again, cockatiel would let the others wait, and people with them.
        if (breaker.state === CircuitState.HalfOpen) throw new BrokenCircuitError();
        const receipt = await breaker.execute(() =>
          attempted({ name, message, observer }, () =>
            withinTime(protection.timeoutMs, signal, (own) => gateway.send(message, own)),
          ),
        );
        return { ...receipt, gateway: name };
      } catch (error) {
        if (error instanceof BrokenCircuitError || error instanceof IsolatedCircuitError)
          throw skipped('resting after repeated failures');
        throw named(name, error);
      } finally {
        underWay -= 1;
      }
    },
    state() {
      // The breaker goes on resting until somebody comes; who waited for it to say otherwise before would never come.
      const over = breaker.state === CircuitState.Open && Date.now() >= restsUntil;
      return over || breaker.state === CircuitState.Closed ? 'open for messages' : 'resting';
    },
  };
}

/** Everything that can go wrong, as one of the three outcomes, with the gateway's name. */
function named(name: string, error: unknown): SmsGatewayError {
  if (error instanceof DestinationInvalidError) return error;
  const text = `${name}: ${error instanceof Error ? error.message : 'failed'}`;
  return error instanceof MessageRefusedError
    ? new MessageRefusedError(text, { cause: error })
    : new OutcomeUnknownError(text, { cause: error });
}
