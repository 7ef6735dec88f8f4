import { SdkMissingError } from '@app/sms-gateways';
import { explained, GatewayNotInstalledError } from './gateway-not-installed';

const absent = Object.assign(new Error("Cannot find module 'twilio'"), { code: 'MODULE_NOT_FOUND' });

describe(explained, () => {
  it('names every configured gateway in the command that brings a missing package', () => {
    const error = explained(new SdkMissingError('twilio', { cause: absent }), ['twilio', 'vonage']);
    expect(error).toBeInstanceOf(GatewayNotInstalledError);
    expect(error).toMatchObject({
      message: expect.stringContaining('npm run gateways twilio,vonage\n') as string,
    });
  });

  it.each([
    [
      'a package that is there and does not load',
      new SdkMissingError('twilio', { cause: new SyntaxError('no') }),
    ],
    ['any other error', absent],
  ])('leaves %s as it is', (_, error) => {
    expect(explained(error, ['twilio'])).toBe(error);
  });
});
