import { BatchedLogger } from './batched-logger';

describe(BatchedLogger.name, () => {
  const written: string[] = [];
  const keep = (text: string | Uint8Array): boolean => {
    written.push(String(text));
    return true;
  };
  const others = process.listeners('exit');
  let logger: BatchedLogger;

  beforeEach(() => {
    jest.spyOn(process.stdout, 'write').mockImplementation(keep);
    jest.spyOn(process.stderr, 'write').mockImplementation(keep);
    written.length = 0;
    logger = new BatchedLogger({ colors: false });
  });
  afterEach(() => {
    const own = process.listeners('exit').filter((listener) => !others.includes(listener));
    for (const listener of own) process.removeListener('exit', listener);
    jest.restoreAllMocks();
  });

  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

  it('writes at once, at the end of a turn, what was logged within it, a line each', async () => {
    logger.log('first', 'Here');
    logger.warn('second', 'There');
    expect(written).toEqual([]);
    await turn();

    expect(written).toHaveLength(1);
    expect(written[0]).toMatch(/LOG \[Here\] first\n.* WARN \[There\] second\n$/);
  });

  it('writes the next turn by itself', async () => {
    logger.log('first');
    await turn();
    logger.log('second');
    await turn();

    expect(written).toHaveLength(2);
  });

  it('writes an error immediately, behind what came before it', () => {
    logger.log('before');
    logger.error('wrong');

    expect(written.map((text) => /before|wrong/.exec(text)?.[0])).toEqual(['before', 'wrong']);
  });

  it('leaves nothing unwritten when the process ends', () => {
    logger.log('last words');
    const [end] = process.listeners('exit').filter((listener) => !others.includes(listener));
    end?.(0);

    expect(written.join('')).toContain('last words');
  });

  it('tells the time of each line to the second', async () => {
    jest.useFakeTimers({ doNotFake: ['setImmediate'], now: 0 });
    logger.log('first');
    jest.setSystemTime(61_000);
    logger.log('second');
    jest.useRealTimers();
    await turn();

    const [first, second] = (written[0] ?? '').split('\n').map((line) => /\d+:\d\d:\d\d/.exec(line)?.[0]);
    expect(first).not.toBe(second);
  });
});
