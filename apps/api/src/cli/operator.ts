import { Inject, Injectable } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { PurposeUnknownError, SmsVerificationService, type PhoneNumber } from '@app/sms-verification';
import type { Settings } from '../config/settings';
import { UsageError, type Command } from './arguments';
import { inWords } from './duration-words';
import { EXIT } from './help';
import { limitersOf, type Explained } from './limiters';

/** What a command came to: what to say, and how to end. */
export interface Outcome {
  readonly lines: readonly string[];
  readonly exitCode: number;
}

/** Does what operators ask for, through the service that the application uses. */
@Injectable()
export class Operator {
  constructor(
    private readonly verification: SmsVerificationService,
    @Inject(ConfigService) private readonly settings: ConfigService<Settings, true>,
  ) {}

  /** @throws UsageError, StorageUnavailableError */
  async run(command: Command, phone: PhoneNumber): Promise<Outcome> {
    const head = `${phone.masked} (${phone.country})`;
    switch (command.name) {
      case 'status':
        return done(head, ...statusLines(await this.explain(phone, command)));
      case 'explain':
        return explainOutcome(head, await this.explain(phone, command));
      case 'reset':
        return this.reset(head, phone, command);
      case 'block':
      case 'unblock':
        return this.setRange(head, phone, command);
    }
  }

  private async explain(phone: PhoneNumber, command: Command): Promise<Explained[]> {
    const explained: Explained[] = [];
    for (const purpose of this.purposesOf(command))
      explained.push({ purpose, explanation: await this.verification.explain({ phone, purpose }) });
    return explained;
  }

  private async reset(head: string, phone: PhoneNumber, command: Command): Promise<Outcome> {
    const purposes = this.purposesOf(command);
    for (const purpose of purposes) await this.verification.reset({ phone, purpose });
    return done(`${head}: failures and cooldown of ${purposes.join(', ')} are cleared; its quota is not.`);
  }

  private async setRange(
    head: string,
    phone: PhoneNumber,
    { name, level, durationMs }: Command,
  ): Promise<Outcome> {
    await this.verification[name === 'block' ? 'block' : 'unblock']({ phone, level }, durationMs);
    const what = name === 'block' ? 'gets no codes, but for numbers that have verified,' : 'stays open';
    return done(`${head}: its ${level} ${what} for ${inWords(durationMs)}.`);
  }

  private purposesOf({ purpose }: Command): readonly string[] {
    const configured = Object.keys(this.settings.get('verification', { infer: true }).purposes ?? {});
    if (purpose === undefined) return configured;
    if (!configured.includes(purpose)) throw new UsageError(new PurposeUnknownError().message);
    return [purpose];
  }
}

function explainOutcome(head: string, explained: readonly Explained[]): Outcome {
  const limiters = limitersOf(explained);
  if (limiters.length === 0) return done(`${head}: nothing here would refuse a code now.`);
  const rows = limiters.map(({ purpose = 'all', name, opens }) => [purpose, name, `opens ${opens}`]);
  return { lines: [`${head}: refused now.`, ...table(rows)], exitCode: EXIT.refused };
}

function statusLines(explained: readonly Explained[]): string[] {
  const [first] = explained;
  const known = first?.explanation.known === true;
  return [
    ...table(
      explained.map(({ purpose, explanation: { codeExpiresInMs, refusal } }) => [
        purpose,
        codeExpiresInMs > 0 ? `a code is out, good for ${inWords(codeExpiresInMs)}` : 'no code is out',
        refusal === undefined ? 'the next can be sent now' : `the next in ${inWords(refusal.waitMs)}`,
      ]),
    ),
    known
      ? 'It has verified in the last 90 days: the guard lets it pass.'
      : 'The guard judges it like any number.',
  ];
}

function table(rows: readonly (readonly string[])[]): string[] {
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd(),
  );
}

function done(...lines: readonly string[]): Outcome {
  return { lines, exitCode: EXIT.done };
}
