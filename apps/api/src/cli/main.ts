import 'reflect-metadata';
import { text } from 'node:stream/consumers';
import { NestFactory } from '@nestjs/core';
import { MessageTextOptionsError, StorageUnavailableError, TextTooLongError } from '@app/sms-verification';
import { EnvironmentError, processEnvironment } from '../config/environment';
import { readSettings } from '../config/settings';
import { readArguments, readPhone, UsageError } from './arguments';
import { EXIT, HELP } from './help';
import { Operator } from './operator';
import { OperatorModule } from './operator.module';

/** There is no storage that the application and this command share. */
class NothingSharedError extends Error {
  constructor() {
    super(
      'The application keeps codes in its own memory, where no command reaches them: this needs its Redis.',
    );
  }
}

async function main(): Promise<number> {
  const command = readArguments(process.argv.slice(2));
  if (command === 'help') {
    process.stdout.write(HELP);
    return EXIT.done;
  }
  const typed = command.phone === '-' ? await text(process.stdin) : command.phone;
  const phone = readPhone(typed, command.region);
  const settings = readSettings(processEnvironment());
  if (settings.redis === undefined) throw new NothingSharedError();
  const context = await NestFactory.createApplicationContext(
    OperatorModule.register(settings, settings.redis),
    {
      abortOnError: false,
      logger: ['error', 'fatal'],
    },
  );
  try {
    const { lines, exitCode } = await context.get(Operator).run(command, phone);
    process.stdout.write(`${lines.join('\n')}\n`);
    return exitCode;
  } finally {
    await context.close();
  }
}

/** Errors whose message says all. */
const EXPLAINED = [
  EnvironmentError,
  MessageTextOptionsError,
  NothingSharedError,
  StorageUnavailableError,
  TextTooLongError,
];

main().then(
  (exitCode) => {
    process.exitCode = exitCode;
  },
  (error: unknown) => {
    if (error instanceof UsageError) {
      console.error(`${error.message}\nHow it is used: --help`);
      process.exitCode = EXIT.usage;
      return;
    }
    const explained = error instanceof Error && EXPLAINED.some((kind) => error instanceof kind);
    console.error(explained ? error.message : error);
    process.exitCode = EXIT.failed;
  },
);
