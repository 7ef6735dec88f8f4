/** Tokens that routes take as `Authorization: Bearer <token>`. */
export const BEARER_TOKENS = {
  metricsToken: 'What METRICS_TOKEN is set to.',
} as const;

export type BearerToken = keyof typeof BEARER_TOKENS;
