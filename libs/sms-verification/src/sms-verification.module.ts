import { Module } from '@nestjs/common';
import { SmsGateway } from './gateway/sms.gateway';
import { SmsCooldownGuard } from './guards/sms-cooldown.guard';
import { VerifiedPhoneGuard } from './guards/verified-phone.guard';
import { SmsVerificationEvents } from './sms-verification.events';
import {
  ConfigurableModuleClass,
  MODULE_OPTIONS_TOKEN,
  RESOLVED_OPTIONS,
} from './sms-verification.module-definition';
import { resolveOptions, type ResolvedSmsVerificationOptions } from './sms-verification.options';
import { SmsVerificationService } from './sms-verification.service';
import { SmsCodeStorage } from './storage/sms-code.storage';

/** Phone verification by SMS code. Register it with `forRoot` or `forRootAsync`. */
@Module({
  providers: [
    { provide: RESOLVED_OPTIONS, useFactory: resolveOptions, inject: [MODULE_OPTIONS_TOKEN] },
    {
      provide: SmsCodeStorage,
      useFactory: (options: ResolvedSmsVerificationOptions): SmsCodeStorage => options.storage,
      inject: [RESOLVED_OPTIONS],
    },
    {
      provide: SmsGateway,
      useFactory: (options: ResolvedSmsVerificationOptions): SmsGateway => options.gateway,
      inject: [RESOLVED_OPTIONS],
    },
    SmsVerificationEvents,
    SmsVerificationService,
    SmsCooldownGuard,
    VerifiedPhoneGuard,
  ],
  exports: [
    SmsVerificationService,
    SmsVerificationEvents,
    SmsCodeStorage,
    SmsCooldownGuard,
    VerifiedPhoneGuard,
  ],
})
export class SmsVerificationModule extends ConfigurableModuleClass {}
