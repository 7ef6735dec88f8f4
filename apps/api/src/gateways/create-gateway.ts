import {
  AwsSmsGateway,
  KannelSmsGateway,
  SmppSmsGateway,
  TwilioSmsGateway,
  VonageSmsGateway,
  WebhookSmsGateway,
  type InboxSmsGateway,
} from '@app/sms-gateways';
import type { SmsGateway } from '@app/sms-verification';
import type { GatewayEnvironment, GatewayName } from '../config/gateway-environment';
import { smppAddress } from './smpp-address';

/** Makes the gateway of this name from its account. What an account must have, the settings have checked. */
export function createGateway(
  name: GatewayName,
  accounts: GatewayEnvironment,
  inbox: InboxSmsGateway,
): SmsGateway {
  const callbackUrl =
    accounts.PUBLIC_URL === undefined
      ? undefined
      : new URL(`/webhooks/sms/${name}`, accounts.PUBLIC_URL).href;
  const reporting = callbackUrl === undefined ? {} : { callbackUrl };
  switch (name) {
    case 'inbox':
      return inbox;
    case 'twilio':
      return new TwilioSmsGateway({
        accountSid: accounts.TWILIO_ACCOUNT_SID ?? '',
        authToken: accounts.TWILIO_AUTH_TOKEN ?? '',
        sender:
          accounts.TWILIO_MESSAGING_SERVICE_SID === undefined
            ? { from: accounts.TWILIO_FROM ?? '' }
            : { messagingServiceSid: accounts.TWILIO_MESSAGING_SERVICE_SID },
        ...reporting,
      });
    case 'aws':
      return new AwsSmsGateway({
        region: accounts.AWS_REGION ?? '',
        originationIdentity: accounts.AWS_ORIGINATION_IDENTITY ?? '',
        ...(accounts.AWS_CONFIGURATION_SET === undefined
          ? {}
          : { configurationSet: accounts.AWS_CONFIGURATION_SET }),
      });
    case 'vonage':
      return new VonageSmsGateway({
        apiKey: accounts.VONAGE_API_KEY ?? '',
        apiSecret: accounts.VONAGE_API_SECRET ?? '',
        from: accounts.VONAGE_FROM ?? '',
        ...reporting,
        ...(accounts.VONAGE_SIGNATURE_SECRET === undefined
          ? {}
          : {
              signature: {
                secret: accounts.VONAGE_SIGNATURE_SECRET,
                method: accounts.VONAGE_SIGNATURE_METHOD,
              },
            }),
      });
    case 'smpp':
      return new SmppSmsGateway({
        ...smppAddress(accounts.SMPP_URL ?? ''),
        systemId: accounts.SMPP_SYSTEM_ID ?? '',
        password: accounts.SMPP_PASSWORD ?? '',
        dataCoding: accounts.SMPP_DATA_CODING,
        window: accounts.SMPP_WINDOW,
        ...(accounts.SMPP_SYSTEM_TYPE === undefined ? {} : { systemType: accounts.SMPP_SYSTEM_TYPE }),
        ...(accounts.SMPP_SOURCE_ADDR === undefined ? {} : { sourceAddr: accounts.SMPP_SOURCE_ADDR }),
      });
    case 'kannel':
      return new KannelSmsGateway({
        url: accounts.KANNEL_URL ?? '',
        username: accounts.KANNEL_USERNAME ?? '',
        password: accounts.KANNEL_PASSWORD ?? '',
        from: accounts.KANNEL_FROM ?? '',
        ...(callbackUrl === undefined || accounts.KANNEL_DLR_SECRET === undefined
          ? {}
          : { reports: { callbackUrl, secret: accounts.KANNEL_DLR_SECRET } }),
      });
    case 'webhook':
      return new WebhookSmsGateway({
        url: accounts.WEBHOOK_URL ?? '',
        secret: accounts.WEBHOOK_SECRET ?? '',
      });
  }
}
