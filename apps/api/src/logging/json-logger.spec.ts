import { PhoneNumber } from '@app/sms-verification';
import { JsonLogger, REDACTED } from './json-logger';
import { inTrace } from './request-trace';

describe(JsonLogger.name, () => {
  const written: string[] = [];
  const others = process.listeners('exit');
  let logger: JsonLogger;

  beforeEach(() => {
    jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
      written.push(String(text));
      return true;
    });
    written.length = 0;
    logger = new JsonLogger();
  });
  afterEach(() => {
    const own = process.listeners('exit').filter((listener) => !others.includes(listener));
    for (const listener of own) process.removeListener('exit', listener);
    jest.restoreAllMocks();
  });

  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  const lines = (): Record<string, unknown>[] =>
    written
      .join('')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);

  it('writes one object a line, with its time, its level and where it is from, all of a turn at once', async () => {
    logger.log('first', 'Here');
    logger.warn('second', 'There');
    expect(written).toEqual([]);
    await turn();

    expect(written).toHaveLength(1);
    expect(lines()).toEqual([
      {
        level: 'info',
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/) as string,
        context: 'Here',
        msg: 'first',
      },
      { level: 'warn', time: expect.any(String) as string, context: 'There', msg: 'second' },
    ]);
  });

  it('writes what has members as members', async () => {
    const phone = PhoneNumber.parse('+14155550100');
    logger.log({ event: 'sent', phone }, 'Verification');
    await turn();
    expect(lines()).toMatchObject([{ context: 'Verification', event: 'sent', phone: '+1••••••0100' }]);
    expect(written.join('')).not.toContain('4155550100');
  });

  it('names the trace of the request that it is about', async () => {
    inTrace('4bf92f3577b34da6a3ce929d0e0e4736', () => {
      logger.log('within');
    });
    logger.log('outside');
    await turn();
    expect(lines().map(({ traceId }) => traceId)).toEqual(['4bf92f3577b34da6a3ce929d0e0e4736', undefined]);
  });

  it.each([...REDACTED])('does not write a member named %s, nor one of a member', async (name) => {
    logger.log({ [name]: 'telling', inner: { [name]: 'telling' } });
    await turn();
    expect(written.join('')).not.toContain('telling');
    expect(lines()).toMatchObject([{ [name]: '[redacted]' }]);
  });

  it('writes an error immediately, behind what came before it, with its stack', () => {
    logger.log('before');
    logger.error('wrong', 'Error: wrong\n    at here (file.ts:1:2)', 'Here');
    expect(lines()).toMatchObject([
      { msg: 'before' },
      { level: 'error', context: 'Here', msg: 'wrong', stack: 'Error: wrong\n    at here (file.ts:1:2)' },
    ]);
  });

  it('leaves nothing unwritten when the process ends', () => {
    logger.log('last words');
    const [end] = process.listeners('exit').filter((listener) => !others.includes(listener));
    end?.(0);
    expect(lines()).toMatchObject([{ msg: 'last words' }]);
  });
});
