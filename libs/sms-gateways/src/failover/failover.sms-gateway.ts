import {
  DestinationInvalidError,
  MessageRefusedError,
  OutcomeUnknownError,
  SmsGateway,
  type DeliveryReport,
  type SmsMessage,
  type SmsReceipt,
} from '@app/sms-verification';
import type { AttemptObserver } from './attempt';
import { protect, type GatewayProtection, type ProtectedGateway } from './protected-gateway';

/** A gateway with the name that it has in settings, events and webhooks. */
export interface NamedGateway {
  readonly name: string;
  readonly gateway: SmsGateway;
}

export interface FailoverOptions extends GatewayProtection {
  /** Every gateway there is. */
  readonly gateways: readonly NamedGateway[];
  /** Names, the first choice first. */
  readonly order: readonly string[];
  /** Other orders for countries (ISO 3166-1 alpha-2) of their own. */
  readonly orderByCountry?: ReadonlyMap<string, readonly string[]>;
}

/**
 * Carries each message by the first gateway of its country's order that accepts it. A refusal, and an outcome that
 * stays unknown, lead to the next gateway with the same code; none is ever asked twice for one message. After an
 * unknown outcome a second message may be billed, so its price is asked for first. A number that a gateway calls
 * invalid is final.
 */
export class FailoverSmsGateway extends SmsGateway {
  private readonly gateways: ReadonlyMap<string, ProtectedGateway>;
  private readonly observers = new Set<AttemptObserver>();

  constructor(private readonly options: FailoverOptions) {
    super();
    const tellAll: AttemptObserver = (attempt) => {
      for (const observer of this.observers) observer(attempt);
    };
    this.gateways = new Map(options.gateways.map((named) => [named.name, protect(named, options, tellAll)]));
    for (const name of [options.order, ...(options.orderByCountry?.values() ?? [])].flat()) {
      if (!this.gateways.has(name)) throw new TypeError(`there is no gateway named "${name}"`);
    }
  }

  override async send(
    message: SmsMessage,
    signal: AbortSignal,
    mayCostAgain = (): Promise<boolean> => Promise.resolve(true),
  ): Promise<SmsReceipt> {
    const failures: Error[] = [];
    let unpaid = false;
    for (const gateway of this.orderFor(message)) {
      if (isOver(signal) || (unpaid && !(await mayCostAgain()))) break;
      unpaid = false;
      // The money may have taken its time.
      if (isOver(signal)) break;
      try {
        return await gateway.send(message, signal);
      } catch (error) {
        if (error instanceof DestinationInvalidError) throw error;
        unpaid ||= error instanceof OutcomeUnknownError;
        failures.push(error instanceof Error ? error : new Error('a gateway threw what is no error'));
      }
    }
    const cause = new AggregateError(failures, failures.map(({ message: text }) => text).join('; '));
    if (failures.some((failure) => failure instanceof OutcomeUnknownError)) {
      throw new OutcomeUnknownError('no gateway accepted the message, and of one it is not known', { cause });
    }
    throw new MessageRefusedError('no gateway accepted the message', { cause });
  }

  /** Tells of every attempt of every gateway, until the function that it returns is called. */
  onAttempts(observer: AttemptObserver): () => void {
    this.observers.add(observer);
    return () => this.observers.delete(observer);
  }

  /** Whether each gateway would be asked, or rests because it failed too often. */
  states(): ReadonlyMap<string, 'open for messages' | 'resting'> {
    return new Map([...this.gateways].map(([name, gateway]) => [name, gateway.state()]));
  }

  /** Reports of all gateways that report otherwise than by webhook, each with its gateway's name. */
  onReports(listener: (gateway: string, report: DeliveryReport) => void): void {
    for (const { name, gateway } of this.options.gateways) {
      gateway.onReport?.((report) => {
        listener(name, report);
      });
    }
  }

  /** The gateway of this name, to read its webhook. */
  named(name: string): SmsGateway | undefined {
    return this.options.gateways.find((named) => named.name === name)?.gateway;
  }

  override async close(): Promise<void> {
    await Promise.all(
      this.options.gateways.map(async ({ gateway }) => {
        await gateway.close?.();
      }),
    );
  }

  private orderFor({ phone, failedGateway }: SmsMessage): ProtectedGateway[] {
    const names = this.options.orderByCountry?.get(phone.country) ?? this.options.order;
    // What failed to deliver goes last: better that one again than none.
    const ordered = [...names].sort(
      (first, second) => Number(first === failedGateway) - Number(second === failedGateway),
    );
    return ordered.flatMap((name) => this.gateways.get(name) ?? []);
  }
}

/** A function, because a signal that was looked at counts as unchanged to the compiler. */
function isOver(signal: AbortSignal): boolean {
  return signal.aborted;
}
