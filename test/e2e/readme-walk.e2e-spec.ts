import { execFileSync } from 'node:child_process';
import { requireCurl } from '../support/curl';
import { codeBlocks, readDocument } from '../support/markdown';
import { startProcess, type ApiProcess } from '../support/start-process';

const DOCUMENTED_URL = 'http://127.0.0.1:3000';
const BETWEEN = '---- the next block ----';

/** Each command of the walk with the answer that is printed below it. */
function walk(): { command: string; answer: string }[] {
  const blocks = codeBlocks(readDocument('README.md'));
  return blocks.flatMap(({ language, name, text }, index) => {
    if (language !== 'sh' || name !== 'walk') return [];
    const next = blocks[index + 1];
    if (next?.language !== 'json') throw new Error(`no answer is printed below:\n${text}`);
    return [{ command: text, answer: next.text }];
  });
}

/** What is drawn or taken from the clock differs from run to run; its form does not. */
const DRAWN = ['verificationId', 'id', 'code', 'token', 'sentAt', 'verifiedAt'];

function comparable(json: string): unknown {
  return JSON.parse(json, (member, value: unknown) => {
    if (typeof value !== 'string') return value;
    if (DRAWN.includes(member)) return value.replace(/[A-Za-z0-9_-]/g, 'x');
    return member === 'text' ? value.replace(/^[0-9]{6}/, 'xxxxxx') : value;
  });
}

describe('the walk of the README', () => {
  let api: ApiProcess;
  beforeAll(async () => {
    requireCurl();
    api = await startProcess({ NODE_ENV: '', SMS_IP_SEND_LIMIT: '', SMS_IP_VERIFY_LIMIT: '' });
  });
  afterAll(() => api.stop());

  it('gives, command by command, the answers that are printed there', () => {
    const steps = walk();
    const script = steps
      .map(({ command }) => command.replaceAll(DOCUMENTED_URL, api.client.url))
      .join(`\necho\necho '${BETWEEN}'\n`);
    const output = execFileSync('bash', ['-euo', 'pipefail', '-c', script], { encoding: 'utf8' });

    const answers = output.split(BETWEEN);
    expect(answers.map(comparable)).toEqual(steps.map(({ answer }) => comparable(answer)));
    expect(steps).toHaveLength(5);
  });

  it('needs no more than bash, curl, grep and sed', () => {
    const programs = walk().flatMap(({ command }) =>
      [...command.matchAll(/(?:^|[|(]|\n)\s*([a-z]+)(?= )/g)].map(([, program = '']) => program),
    );
    expect([...new Set(programs)].sort()).toEqual(['curl', 'echo', 'grep', 'head', 'sed']);
  });
});
