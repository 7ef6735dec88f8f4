import { createHash, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { UnexpectedReplyError } from './lua-reply';
import { spendBudget } from '../../abuse/budget/scripts';
import { DEFAULT_POLICY } from '../../sms-verification.options';
import { LuaScript, observeScripts } from './lua-script';
import { policyScripts } from './policy-scripts';
import { recordSent } from './scripts';

const { reset, verifyAndRemove } = policyScripts(DEFAULT_POLICY, false);

const readLua = (file: string): string => readFileSync(join(__dirname, 'lua', file), 'utf8');

describe(LuaScript.name, () => {
  let client: Redis;
  let record: string;

  beforeEach(() => {
    const url = process.env['TEST_REDIS_URL'];
    if (url === undefined) throw new Error('TEST_REDIS_URL is not set: run the tests through `npm test`');
    client = new Redis(url, { lazyConnect: true, retryStrategy: () => null });
    record = `test:${randomUUID()}:{phone}`;
  });
  afterEach(() => {
    jest.restoreAllMocks();
    if (client.status !== 'end') client.disconnect();
  });

  /** What the server says of a script that it does not have. */
  function noScript(): Promise<unknown> {
    return client.evalsha('0'.repeat(40), 0).catch((error: unknown) => error);
  }

  const run = (): Promise<void> => reset.run(client, { record }, { purpose: 'login' });

  it('puts the text of each include in the place of its line', () => {
    const { source } = recordSent;
    expect(source).not.toMatch(/^-- @include/m);
    expect(source).toContain('local function read_record(key, master)');
    expect(source).toContain(readLua('record-sent.lua').split('-- @include message\n')[1]?.split('\n', 2)[1]);
  });

  it('puts constants in the place of their names', () => {
    expect(recordSent.source).toContain("struct.unpack('>I6B', value)");
    expect(recordSent.source).not.toMatch(/^local [A-Z]/m);
  });

  it('puts numbers, and what is made of them, in the place of TUNING', () => {
    expect(reset.source).not.toMatch(/\bTUNING\b/);
    expect(reset.source).toContain('({ lifetimeMs = 300000, cooldownsMs = { 60000, 60000, 120000, 300000 },');
    expect(reset.source).toContain('quotas = { { limit = 5, windowMs = 3600000 },');
    expect(verifyAndRemove.source).toContain("'PEXPIRE', key, '600000',");
  });

  it.each([
    ['a fraction', { policy: { half: 0.5 } }],
    ['a word', { policy: { word: 'end' as unknown as number } }],
    ['a name that is code', { policy: { 'a = 1, b': 1 } }],
    ['nothing', {}],
  ])('puts nothing else there: not %s', (_, tuning) => {
    expect(() => new LuaScript(reset.definition, { tuning })).toThrow(RangeError);
  });

  it('asks for the script by the digest of its source, keys before arguments, both in their order', async () => {
    const evalsha = jest.spyOn(client, 'evalsha').mockResolvedValue(['unknown']);
    const args = {
      call: 5,
      digests: 'digests',
      failuresField: 'failures',
      field: 'field',
    };
    await verifyAndRemove.run(client, { known: 'second key', record: 'first key' }, args);
    const sha = createHash('sha1').update(verifyAndRemove.source).digest('hex');
    const values = ['first key', 'second key', 'field', 'failures', 'digests', 5];
    expect(evalsha.mock.calls).toEqual([[sha, 2, ...values]]);
  });

  it('sends the source, once, to a server that does not have the script', async () => {
    const error = await noScript();
    const evalsha = jest.spyOn(client, 'evalsha').mockRejectedValueOnce(error);
    const evaluate = jest.spyOn(client, 'eval');
    await run();
    expect(evalsha).toHaveBeenCalledTimes(1);
    expect(evaluate).toHaveBeenCalledTimes(1);
    const [, ...asked] = evalsha.mock.calls[0] ?? [];
    expect(evaluate.mock.calls).toEqual([[reset.source, ...asked]]);
  });

  it('sends the digest alone from then on', async () => {
    await run();
    const evaluate = jest.spyOn(client, 'eval');
    await run();
    expect(evaluate).not.toHaveBeenCalled();
  });

  it('tells who observes of each run once, its failure included, and of none after that', async () => {
    const told: string[] = [];
    const end = observeScripts(({ script, outcome }) => told.push(`${script} ${outcome}`));
    jest.spyOn(client, 'evalsha').mockRejectedValueOnce(await noScript());
    await run();
    await client.set(record, 'not a hash', 'EX', 60);
    await expect(run()).rejects.toThrow('WRONGTYPE');
    await client.unlink(record);
    await run();
    end();
    await run();
    expect(told).toEqual(['reset answered', 'reset failed', 'reset answered']);
  });

  it('does not run a script again that failed while it ran', async () => {
    await client.set(record, 'not a hash', 'EX', 60);
    const evaluate = jest.spyOn(client, 'eval');
    const script = verifyAndRemove;
    const args = { field: 'v:login:id', failuresField: 'f:login', digests: '', call: 'nonce' };
    // The first run may be the one that sends the source.
    await script.run(client, { record, known: `${record}:known` }, args).catch(() => undefined);
    evaluate.mockClear();
    await expect(script.run(client, { record, known: `${record}:known` }, args)).rejects.toThrow('WRONGTYPE');
    expect(evaluate).not.toHaveBeenCalled();
    await client.unlink(record);
  });

  it('runs a script again, once, whose reply came too late', async () => {
    await client.ping();
    const late = new Error('Command timed out');
    const evalsha = jest.spyOn(client, 'evalsha').mockRejectedValueOnce(late);
    await run();
    expect(evalsha).toHaveBeenCalledTimes(2);
    expect(evalsha.mock.calls[1]).toEqual(evalsha.mock.calls[0]);
    evalsha.mockRejectedValue(late);
    await expect(run()).rejects.toBe(late);
    expect(evalsha).toHaveBeenCalledTimes(4);
  });

  it('does not run a script again that would do its work twice', async () => {
    await client.ping();
    const late = new Error('Command timed out');
    const evalsha = jest.spyOn(client, 'evalsha').mockRejectedValue(late);
    const running = spendBudget.run(
      client,
      { budget: record },
      { country: 'US', costMicros: 1, overallMicros: 1, countryMicros: 1 },
    );
    await expect(running).rejects.toBe(late);
    expect(evalsha).toHaveBeenCalledTimes(1);
  });

  it.each([
    "Stream isn't writeable and enableOfflineQueue options is false",
    "Cluster isn't ready and enableOfflineQueue options is false",
  ])('does not run a script again that was never sent: %s', async (message) => {
    await client.ping();
    const evalsha = jest.spyOn(client, 'evalsha').mockRejectedValue(new Error(message));
    await expect(run()).rejects.toThrow(message);
    expect(evalsha).toHaveBeenCalledTimes(1);
  });

  it('does not run a script again when the connection does not come back', async () => {
    await client.ping();
    const evalsha = jest.spyOn(client, 'evalsha');
    const evaluate = jest.spyOn(client, 'eval');
    const running = run();
    client.stream.destroy();
    await expect(running).rejects.toThrow('Connection is closed.');
    expect(evalsha).toHaveBeenCalledTimes(1);
    expect(evaluate).not.toHaveBeenCalled();
  });

  it.each([
    ['a timeout', new Error('Command timed out')],
    ['an error that only quotes the word', new Error('NOSCRIPT No matching script.')],
    ['what is no error', 'NOSCRIPT No matching script.'],
  ])('does not send the source after %s', async (_, error) => {
    jest.spyOn(client, 'evalsha').mockRejectedValueOnce(error);
    const evaluate = jest.spyOn(client, 'eval');
    await expect(run()).rejects.toBe(error);
    expect(evaluate).not.toHaveBeenCalled();
  });

  it('does not try a third time when the source is refused too', async () => {
    const error = await noScript();
    const evalsha = jest.spyOn(client, 'evalsha').mockRejectedValue(error);
    const evaluate = jest.spyOn(client, 'eval').mockRejectedValue(error);
    await expect(run()).rejects.toBe(error);
    expect(evalsha).toHaveBeenCalledTimes(1);
    expect(evaluate).toHaveBeenCalledTimes(1);
  });

  it('refuses a reply that the script does not announce', async () => {
    jest.spyOn(client, 'evalsha').mockResolvedValue(['done']);
    await expect(run()).rejects.toBeInstanceOf(UnexpectedReplyError);
    jest.spyOn(client, 'evalsha').mockResolvedValue(null);
    await expect(run()).rejects.toBeInstanceOf(UnexpectedReplyError);
  });

  it('cannot be made of a file that is not there', () => {
    expect(() => new LuaScript({ ...reset.definition, name: 'absent' })).toThrow('absent.lua');
  });
});
