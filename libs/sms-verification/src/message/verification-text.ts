/** What the text of a message is made from. */
export interface VerificationTextInput {
  readonly code: string;
  /** How long the code is good, in milliseconds. */
  readonly lifetimeMs: number;
}

/** The text that brings a code, in one GSM-7 segment (160 characters). */
export function verificationText({ code, lifetimeMs }: VerificationTextInput): string {
  return `${code} is your verification code. It is good for ${inWords(lifetimeMs)}. Do not share it with anyone.`;
}

function inWords(durationMs: number): string {
  const seconds = Math.floor(durationMs / 1_000);
  const minutes = Math.floor(seconds / 60);
  if (seconds % 60 !== 0) return seconds === 1 ? '1 second' : `${String(seconds)} seconds`;
  return minutes === 1 ? '1 minute' : `${String(minutes)} minutes`;
}
