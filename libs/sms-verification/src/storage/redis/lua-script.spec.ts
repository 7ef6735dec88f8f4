import { createHash, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { UnexpectedReplyError } from './lua-reply';
import { LuaScript } from './lua-script';
import { reset, verifyAndRemove } from './scripts';

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

  const run = (): Promise<void> => reset.run(client, { record }, { purpose: 'login', policy: '{}' });

  it('puts the text of each include in the place of its line', () => {
    const source = reset.source;
    expect(source).not.toMatch(/^-- @include/m);
    expect(source).toContain(readLua('include/record.lua'));
    expect(source).toContain(readLua('reset.lua').split('-- @include record\n')[1]);
  });

  it('asks for the script by the digest of its source, keys before arguments, both in their order', async () => {
    const evalsha = jest.spyOn(client, 'evalsha').mockResolvedValue(['unknown']);
    const args = {
      policy: '{}',
      notAfter: 5,
      onlyRepeat: 6,
      idempotencyKey: 'key',
      failureMemoryMs: 4,
      proofLifetimeMs: 3,
      sealedPhone: 'sealed',
      candidates: 'candidates',
      verificationId: 'id',
      purpose: 'login',
    };
    await verifyAndRemove.run(client, { known: 'third key', proof: 'second key', record: 'first key' }, args);
    const sha = createHash('sha1').update(verifyAndRemove.source).digest('hex');
    const values = [
      ...[
        'first key',
        'second key',
        'third key',
        'login',
        'id',
        'candidates',
        'sealed',
        3,
        4,
        'key',
        5,
        6,
        '{}',
      ],
    ];
    expect(evalsha.mock.calls).toEqual([[sha, 3, ...values]]);
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

  it('does not run a script again that failed while it ran', async () => {
    await client.set(record, 'not a hash', 'EX', 60);
    const evaluate = jest.spyOn(client, 'eval');
    const script = new LuaScript({ ...verifyAndRemove.definition });
    const args = {
      purpose: 'login',
      verificationId: 'A'.repeat(22),
      candidates: '',
      sealedPhone: '',
      proofLifetimeMs: 1,
      failureMemoryMs: 1,
      idempotencyKey: '',
      notAfter: 0,
      onlyRepeat: 0,
      policy: '{}',
    };
    // The first run may be the one that sends the source.
    await script
      .run(client, { record, proof: `${record}:proof`, known: `${record}:known` }, args)
      .catch(() => undefined);
    evaluate.mockClear();
    await expect(
      script.run(client, { record, proof: `${record}:proof`, known: `${record}:known` }, args),
    ).rejects.toThrow('WRONGTYPE');
    expect(evaluate).not.toHaveBeenCalled();
    await client.unlink(record);
  });

  it('does not run a script again whose reply was lost', async () => {
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
  ])('does not run a script again after %s', async (_, error) => {
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
