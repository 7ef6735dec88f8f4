import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

const ROOT = join(__dirname, '../..');
const COMMAND = ['-r', './test/bench/abuse/register.js', 'test/bench/abuse/main.ts', '--replay'];

/** One event of a foreign trace, as its line spells it. */
interface Line {
  readonly t: number;
  readonly phone: string;
  readonly ip: string;
  readonly verifiedAt: number | null;
}

interface Answer {
  readonly decision: string;
  readonly reason: string;
}

interface Replayed {
  readonly answers: readonly Answer[];
  readonly complaints: string;
  readonly exitCode: number | null;
}

/** Replays a trace as a stranger would: lines on standard input, lines on standard output. */
async function replay(lines: readonly string[], ...flags: readonly string[]): Promise<Replayed> {
  const child = spawn(process.execPath, [...COMMAND, ...flags], { cwd: ROOT });
  child.stdin.end(lines.map((line) => `${line}\n`).join(''));
  const [output, complaints] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit'),
  ]);
  const answers = output.split('\n').filter((line) => line !== '');
  return {
    answers: answers.map((line) => JSON.parse(line) as Answer),
    complaints,
    exitCode: child.exitCode,
  };
}

const BURST = 200;
const OWNER = '+33612345678';
/** In the middle of what will be attacked. */
const NEIGHBOUR = '+9923211150';

const send = (t: number, phone: string, verifiedAt: number | null = null): Line => ({
  t,
  phone,
  ip: '203.0.113.7',
  verifiedAt,
});

/** Two people who verify, then adjacent numbers that never do, then those two again, and a stranger beside them. */
const TRACE: readonly Line[] = [
  send(0, OWNER, 20),
  send(30, `${NEIGHBOUR}01`, 55.5),
  ...Array.from({ length: BURST }, (_, index) => send(600 + index, `+99232111${String(5100 + index)}`)),
  send(805, OWNER),
  send(806, `${NEIGHBOUR}01`),
  send(807, `${NEIGHBOUR}99`),
];
const LINES = TRACE.map((line) => JSON.stringify(line));

const DECISIONS = new Set(['allow', 'challenge', 'refuse']);

describe('bench:abuse --replay', () => {
  let replayed: Replayed;

  beforeAll(async () => {
    replayed = await replay(LINES);
  });

  it('answers each event with a decision and a reason, and nothing else', () => {
    expect(replayed).toMatchObject({ complaints: '', exitCode: 0 });
    expect(replayed.answers).toHaveLength(TRACE.length);
    for (const answer of replayed.answers) {
      expect(Object.keys(answer)).toEqual(['decision', 'reason']);
      expect(DECISIONS).toContain(answer.decision);
      expect(answer.reason).not.toBe('');
    }
  });

  it('lets people pass, and stops a burst of adjacent numbers that never verify', () => {
    const { answers } = replayed;
    expect(answers.slice(0, 2)).toEqual(Array(2).fill({ decision: 'allow', reason: 'quiet' }));
    const burst = answers.slice(2, 2 + BURST);
    const passed = burst.filter(({ decision }) => decision === 'allow').length;
    expect(passed).toBeGreaterThan(0);
    // Some before it is noticed, and a few probes after.
    expect(passed).toBeLessThan(BURST / 5);
    expect(burst.at(-1)?.decision).not.toBe('allow');
    expect(burst.at(-1)?.reason).toMatch(/^(burst|conversion)$/);
  });

  it('lets a number pass that has verified, and stops its neighbour', () => {
    const known = { decision: 'allow', reason: 'known' };
    expect(replayed.answers.slice(-3)).toEqual([known, known, expect.anything()]);
    expect(replayed.answers.at(-1)?.decision).not.toBe('allow');
  });

  it('verifies no send that it stopped', async () => {
    const last = TRACE.length - 1;
    // The same number, stopped, says that it verified all the same; it stays as unknown as before.
    const claims = [...LINES.slice(0, last), JSON.stringify(send(807, `${NEIGHBOUR}99`, 808))];
    const { answers } = await replay([...claims, JSON.stringify(send(900, `${NEIGHBOUR}99`))]);
    expect(answers.at(-2)?.decision).not.toBe('allow');
    expect(answers.at(-1)?.reason).not.toBe('known');
    expect(answers.at(-1)?.decision).not.toBe('allow');
  });

  it('enforces nothing while it warms up', async () => {
    const { answers, exitCode } = await replay(LINES, '--warm-up-days', '1');
    expect(exitCode).toBe(0);
    expect(new Set(answers.map(({ decision }) => decision))).toEqual(new Set(['allow']));
    expect(answers.map(({ reason }) => reason)).toContain('warm-up');
  });

  it('answers alike on Redis', async () => {
    expect(await replay(LINES, '--redis')).toEqual(replayed);
  });

  it('names each line that is no event, and stays in step', async () => {
    const bad: readonly (readonly [string, string])[] = [
      ['{ "t": 10, ', 'not JSON'],
      ['7', 'not an object'],
      [JSON.stringify({ ...send(10, OWNER), t: 'noon' }), 't is not a time in seconds'],
      [JSON.stringify(send(10, '0612345678')), 'phone is not a number in E.164'],
      [
        JSON.stringify({ ...send(10, OWNER), verifiedAt: 'later' }),
        'verifiedAt is neither a time in seconds nor null',
      ],
    ];
    const { answers, complaints, exitCode } = await replay([
      ...LINES.slice(0, 1),
      ...bad.map(([line]) => line),
      ...LINES.slice(1, 2),
    ]);
    expect(complaints).toBe(
      bad.map(([, complaint], index) => `line ${String(index + 2)}: ${complaint}\n`).join(''),
    );
    expect(exitCode).toBe(1);
    const quiet = { decision: 'allow', reason: 'quiet' };
    const invalid = { decision: 'refuse', reason: 'invalid' };
    expect(answers).toEqual([quiet, ...bad.map(() => invalid), quiet]);
  });
});
