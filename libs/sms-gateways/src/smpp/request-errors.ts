/** The request never left this process. */
export class RequestNotSentError extends Error {}

/** The request left, and no answer to it came. */
export class RequestUnansweredError extends Error {}
