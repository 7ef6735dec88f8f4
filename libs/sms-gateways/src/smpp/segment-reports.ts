import type { DeliveryReport } from '@app/sms-verification';

type State = DeliveryReport['state'];

/** A message of several segments, each of which the SMSC names and reports by itself. */
export interface SegmentedMessage {
  /** The SMSC took one more segment. */
  accepted(segmentId: string): void;
  /** It took them all: what has been reported meanwhile counts now. Returns the name of the message. */
  complete(): string;
  /** It did not: reports of the segments that it took say nothing of any message. */
  abandon(): void;
}

interface Group {
  readonly segments: Map<string, State | undefined>;
  complete: boolean;
  reported: boolean;
}

/**
 * Makes the receipts of segments into reports of messages: delivered when every segment is, undelivered as soon as
 * one is. Receipts for anything else pass as they come. Kept in memory, for the newest messages: after a restart,
 * the receipt of the first segment stands for its message.
 */
export class SegmentReports {
  private readonly groups = new Map<string, Group>();

  /**
   * @param report takes the reports of messages
   * @param capacity segments remembered; the oldest goes first
   */
  constructor(
    private readonly report: (report: DeliveryReport) => void,
    private readonly capacity = 10_000,
  ) {}

  /** Begins a message of several segments, before the first is submitted: receipts can be quick. */
  begin(): SegmentedMessage {
    const group: Group = { segments: new Map(), complete: false, reported: false };
    return {
      accepted: (segmentId) => {
        group.segments.set(segmentId, undefined);
        this.remember(segmentId, group);
      },
      complete: () => {
        group.complete = true;
        this.settle(group);
        return nameOf(group);
      },
      abandon: () => {
        for (const segmentId of group.segments.keys()) this.groups.delete(segmentId);
      },
    };
  }

  /** Takes the receipt of a segment, or of a message of one. */
  receipt(messageId: string, state: State): void {
    const group = this.groups.get(messageId);
    if (group === undefined) {
      this.report({ messageId, state });
      return;
    }
    group.segments.set(messageId, group.segments.get(messageId) ?? state);
    this.settle(group);
  }

  private settle(group: Group): void {
    if (!group.complete || group.reported) return;
    const states = [...group.segments.values()];
    const undelivered = states.includes('undelivered');
    if (!undelivered && !states.every((state) => state === 'delivered')) return;
    this.report({ messageId: nameOf(group), state: undelivered ? 'undelivered' : 'delivered' });
    // Not before: when the report is not taken, the SMSC brings the receipt again.
    group.reported = true;
  }

  private remember(segmentId: string, group: Group): void {
    this.groups.set(segmentId, group);
    const [oldest] = this.groups.keys();
    if (this.groups.size > this.capacity && oldest !== undefined) this.groups.delete(oldest);
  }
}

/** A message goes by the name of its first segment. */
const nameOf = (group: Group): string => [...group.segments.keys()][0] ?? '';
