/** Limits per address that no test reaches by accident: all clients of a test have one address. */
export const WIDE_IP_LIMITS = {
  SMS_IP_SEND_LIMIT: '999999/10m',
  SMS_IP_VERIFY_LIMIT: '999999/10m',
  SMS_SUBNET_SEND_LIMIT: '999999/10m',
};
