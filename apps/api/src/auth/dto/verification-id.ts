/** The form of a verification id, and what to say of anything else. */
export const VERIFICATION_ID = {
  pattern: /^[A-Za-z0-9_-]{22}$/,
  message: 'must be the id that send returned',
} as const;
