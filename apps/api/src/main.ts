import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppModule } from './app.module';
import { MessageTextOptionsError, SmsVerificationService, TextTooLongError } from '@app/sms-verification';
import { EnvironmentError, processEnvironment } from './config/environment';
import { readSettings } from './config/settings';
import { GatewayNotInstalledError } from './gateways/gateway-not-installed';
import { UnfitServerError } from './redis/server-fitness';
import { configureApp, createAdapter } from './configure-app';
import { createLogger } from './logging/create-logger';
import { startUpNotice } from './start-up-notice';

async function main(): Promise<void> {
  const settings = readSettings(processEnvironment());
  const logger = createLogger(settings.logFormat);
  // What Nest says of every module and route at start would hide the three lines that matter.
  logger.setLogLevels(['warn', 'error', 'fatal']);
  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.register(settings),
    createAdapter(settings),
    {
      bodyParser: false,
      // What goes wrong at start ends below with one message and exit code 1, not with Nest's abort.
      abortOnError: false,
      logger,
    },
  );
  configureApp(app);
  await app.listen(settings.http.port, settings.http.host);
  logger.setLogLevels(['verbose', 'debug', 'log', 'warn', 'error', 'fatal']);
  const price = app.get(SmsVerificationService).messagePrice();
  startUpNotice(settings, await app.getUrl(), price).forEach((line) => {
    logger.log(line, 'Start');
  });
}

/** Errors whose message says all: what is wrong, and how to mend it. */
const EXPLAINED = [
  EnvironmentError,
  GatewayNotInstalledError,
  MessageTextOptionsError,
  TextTooLongError,
  UnfitServerError,
];

main().catch((error: unknown) => {
  console.error(
    error instanceof Error && EXPLAINED.some((kind) => error instanceof kind) ? error.message : error,
  );
  process.exit(1);
});
