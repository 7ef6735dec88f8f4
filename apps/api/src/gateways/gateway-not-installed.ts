import { SdkMissingError } from '@app/sms-gateways';

/** A gateway is configured whose package is not installed; the message says what to run. */
export class GatewayNotInstalledError extends Error {
  constructor(packageName: string, configured: readonly string[]) {
    const list = configured.join(',');
    super(
      [
        `A configured gateway needs the package ${packageName}, which is not installed. Run:`,
        `  npm run gateways ${list}`,
        'or, for an image:',
        `  docker build --build-arg SMS_GATEWAYS=${list} .`,
      ].join('\n'),
    );
    this.name = GatewayNotInstalledError.name;
  }
}

/** What is thrown instead of an error that came while the configured gateways were made. */
export function explained(error: unknown, configured: readonly string[]): unknown {
  if (!(error instanceof SdkMissingError)) return error;
  const { packageName, cause } = error;
  // A package that is there and does not load is told as it is: to install it again would not help.
  const isAbsent = cause instanceof Error && 'code' in cause && cause.code === 'MODULE_NOT_FOUND';
  return isAbsent ? new GatewayNotInstalledError(packageName, configured) : error;
}
