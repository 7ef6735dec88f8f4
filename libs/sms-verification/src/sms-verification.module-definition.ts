import { ConfigurableModuleBuilder } from '@nestjs/common';
import type { SmsVerificationOptions } from './sms-verification.options';

export const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } =
  new ConfigurableModuleBuilder<SmsVerificationOptions>({
    moduleName: 'SmsVerification',
  })
    .setClassMethodName('forRoot')
    .setExtras({ isGlobal: false }, (definition, { isGlobal }) => ({ ...definition, global: isGlobal }))
    .build();

/** The options after defaults and bounds: what every provider of the module injects. */
export const RESOLVED_OPTIONS = Symbol('SmsVerification resolved options');
