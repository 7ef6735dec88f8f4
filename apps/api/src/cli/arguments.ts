import { parseArgs } from 'node:util';
import { isVerificationError, LEVELS, PhoneNumber, type Level } from '@app/sms-verification';
import { parseDuration } from '../config/text-formats';

export const COMMANDS = ['status', 'explain', 'reset', 'block', 'unblock'] as const;
export type CommandName = (typeof COMMANDS)[number];

/** What an operator asks for. `phone` is as typed; `-` is read from standard input. */
export interface Command {
  readonly name: CommandName;
  readonly phone: string;
  readonly region: string | undefined;
  /** Undefined: every purpose there is. */
  readonly purpose: string | undefined;
  readonly level: Level;
  readonly durationMs: number;
}

/** The command line is not right; the message says what to change, and never repeats what was typed. */
export class UsageError extends Error {}

/** The options that each command takes. */
const OPTIONS: Readonly<Record<CommandName, readonly string[]>> = {
  status: ['region', 'purpose'],
  explain: ['region', 'purpose'],
  reset: ['region', 'purpose'],
  block: ['region', 'level', 'for'],
  unblock: ['region', 'level', 'for'],
};

const LONGEST_MS = 366 * 86_400_000;

/**
 * Reads a command line; `help` when it asks for help.
 *
 * @throws UsageError
 */
export function readArguments(args: readonly string[]): Command | 'help' {
  const { values, positionals } = parse(args);
  if (values.help === true || positionals.length === 0) return 'help';
  const [name, phone, ...rest] = positionals;
  if (!isCommand(name)) throw new UsageError(`The command must be one of ${COMMANDS.join(', ')}.`);
  if (phone === undefined)
    throw new UsageError(
      'A phone number must follow, such as +14155550100, or - to read it from standard input.',
    );
  if (rest.length > 0)
    throw new UsageError('One phone number at a time: write it without spaces, or in quotes.');
  for (const option of Object.keys(values)) {
    if (!OPTIONS[name].includes(option)) throw new UsageError(`${name} takes no --${option}.`);
  }
  const { region, purpose, level, for: duration } = values;
  return { name, phone, region, purpose, level: levelOf(level), durationMs: durationOf(name, duration) };
}

/** @throws UsageError */
export function readPhone(typed: string, region: string | undefined): PhoneNumber {
  try {
    return PhoneNumber.parse(typed.trim(), region);
  } catch (error) {
    if (isVerificationError(error)) throw new UsageError(error.message);
    throw error;
  }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        help: { type: 'boolean', short: 'h' },
        region: { type: 'string' },
        purpose: { type: 'string' },
        level: { type: 'string' },
        for: { type: 'string' },
      },
    });
  } catch {
    // Node's message repeats what was typed, and a number may be among it.
    throw new UsageError('An option is unknown, or has no value: see --help.');
  }
}

function isCommand(text: string | undefined): text is CommandName {
  return COMMANDS.some((name) => name === text);
}

function levelOf(text = 'range'): Level {
  const level = LEVELS.find((one) => one === text);
  if (level === undefined) throw new UsageError(`--level must be one of ${LEVELS.join(', ')}.`);
  return level;
}

function durationOf(name: CommandName, text: string | undefined): number {
  if (!OPTIONS[name].includes('for')) return 0;
  const durationMs = parseDuration(text ?? '');
  if (!(durationMs > 0 && durationMs <= LONGEST_MS))
    throw new UsageError(`${name} needs --for, how long: such as 90s, 30m, 2h or 7d, at most 366d.`);
  return durationMs;
}
