/** The parts that routes belong to. Routes for development are not there in production. */
export const TAGS = {
  Verification: 'Proves that a person holds a phone number.',
  'Delivery reports': 'What providers tell of messages.',
  Operation: 'For load balancers and for people who run or read this.',
  Development: 'A page to try it, and the inbox that stands in for phones. Not there in production.',
} as const;

export type Tag = keyof typeof TAGS;
