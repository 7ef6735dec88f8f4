/** The form of a recognition token, and what to say of anything else. */
export const RECOGNITION = {
  pattern: /^[A-Za-z0-9_.-]{1,128}$/,
  message: 'must be the recognition token that verify returned',
} as const;
