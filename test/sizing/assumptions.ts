/** What is not measured: the traffic, the machines and the contracts. Readers put their own in place of these. */
export interface Assumptions {
  /** Sends a second at the peak, resends among them: a small service, and one a thousand times as large. */
  readonly loads: readonly number[];
  /** For each send. */
  readonly resends: number;
  readonly wrongGuesses: number;
  readonly verifies: number;
  readonly reports: number;
  /** The mean of a day, as a share of its peak. */
  readonly meanOfPeak: number;
  /** How often a number that verifies at all does so in the 90 days for which it is known. */
  readonly verifiesOfANumber: number;
  /** Ranges of numbers that the guard keeps. */
  readonly ranges: number;
  /** How much of a thread, a process or a memory is planned to be used at the peak. */
  readonly fill: number;
  readonly gibibytesOfMaster: number;
  readonly replicas: number;
  readonly maxClients: number;
  /** Processes there are at least, so that one may be restarted. */
  readonly fewestProcesses: number;
  /** How long a gateway takes to accept a message, and how many one process hands it at a time. */
  readonly gatewaySeconds: number;
  readonly gatewayRoom: number;
  /** US dollars: a message, and an hour of a machine of two processors and eight gibibytes. */
  readonly messagePrice: number;
  readonly machineHourPrice: number;
}

export const ASSUMPTIONS: Assumptions = {
  loads: [10, 10_000],
  resends: 0.15,
  wrongGuesses: 0.2,
  verifies: 0.7,
  reports: 1,
  meanOfPeak: 0.4,
  verifiesOfANumber: 12,
  ranges: 1_000_000,
  fill: 0.6,
  gibibytesOfMaster: 32,
  replicas: 1,
  maxClients: 10_000,
  fewestProcesses: 2,
  gatewaySeconds: 0.3,
  gatewayRoom: 200,
  messagePrice: 0.0083,
  machineHourPrice: 0.0816,
};

/** What a contract lets one sender hand over, before anybody asks for more. */
export interface Contract {
  readonly sender: string;
  readonly messagesPerSecond: number;
  /** Where that is written. */
  readonly source: string;
}

export const CONTRACTS: readonly Contract[] = [
  {
    sender: 'AWS End User Messaging, a US short code',
    messagesPerSecond: 100,
    source:
      '[AWS, message parts per second](https://docs.aws.amazon.com/sms-voice/latest/userguide/sms-limitations-mps.html)',
  },
  {
    sender: 'AWS End User Messaging, a US toll-free number',
    messagesPerSecond: 3,
    source: 'the same; more of these numbers for one purpose are filtered',
  },
  {
    sender: 'Twilio, a US short code',
    messagesPerSecond: 100,
    source: '[Twilio, error 30001](https://www.twilio.com/docs/api/errors/30001): “over 100”',
  },
  {
    sender: 'Vonage, an API key',
    messagesPerSecond: 30,
    source:
      '[Vonage, outbound throughput](https://api.support.vonage.com/hc/en-us/articles/203993598-What-is-the-Throughput-Limit-for-Outbound-SMS)',
  },
  {
    sender: 'SMPP, one link: `SMPP_WINDOW` 10 over an answer in 50 ms',
    messagesPerSecond: 10 / 0.05,
    source: 'window ÷ answer time; each process keeps one link; the carrier’s own rate is in your contract',
  },
];
