import { Test } from '@nestjs/testing';
import {
  InProcessSmsCodeStorage,
  SmsVerificationModule,
  SmsVerificationService,
  type SmsVerificationOptions,
  type VerifyOutcome,
  type VerifyRequest,
} from '@app/sms-verification';
import { ScriptedGateway } from '../support/gateways';

/** A storage that shows what it was asked. */
export class ObservedStorage extends InProcessSmsCodeStorage {
  readonly verifyRequests: VerifyRequest[] = [];

  override verifyAndRemove(request: VerifyRequest): Promise<VerifyOutcome> {
    this.verifyRequests.push(request);
    return super.verifyAndRemove(request);
  }
}

/** The library alone, without HTTP, its gateway and its storage open to the test. */
export async function createService(options: Partial<SmsVerificationOptions> = {}): Promise<{
  service: SmsVerificationService;
  gateway: ScriptedGateway;
  storage: ObservedStorage;
}> {
  const gateway = new ScriptedGateway();
  const storage = new ObservedStorage();
  const testing = await Test.createTestingModule({
    imports: [
      SmsVerificationModule.forRoot({
        gateway,
        storage,
        codeSecret: 'a code secret of the tests, 32 bytes',
        phoneKey: 'a phone key of the tests, 32 bytes and more',
        ...options,
      }),
    ],
  }).compile();
  return { service: testing.get(SmsVerificationService), gateway, storage };
}
