import { Redis } from 'ioredis';
import { writeTogether } from './write-together';

describe(writeTogether.name, () => {
  let client: Redis;
  /** How often the client wrote: one command at a time, or what was held back. */
  let writes: () => number;

  beforeAll(async () => {
    client = new Redis(process.env['TEST_REDIS_URL'] ?? '');
    await client.ping();
  });
  afterAll(() => {
    client.disconnect();
  });
  beforeEach(() => {
    const { stream } = client;
    const one = jest.spyOn(stream, '_write');
    const many = jest.spyOn(stream as Required<typeof stream>, '_writev');
    writes = () => one.mock.calls.length + many.mock.calls.length;
  });
  afterEach(() => jest.restoreAllMocks());

  const echo = (count: number): Promise<string[]> =>
    Promise.all(
      Array.from({ length: count }, (_, index) => {
        writeTogether(client);
        return client.echo(String(index));
      }),
    );

  it('lets what one turn of the event loop asks for leave in one write, and answers in order', async () => {
    await expect(echo(10)).resolves.toEqual(Array.from({ length: 10 }, (_, index) => String(index)));
    expect(writes()).toBe(1);
  });

  it('holds back no more than 16, so that the server can begin', async () => {
    await echo(50);
    expect(writes()).toBe(4);
  });

  it('holds nothing back beyond the turn', async () => {
    await echo(1);
    await client.ping();
    expect(client.stream.writableCorked).toBe(0);
    expect(writes()).toBe(2);
  });

  it('leaves alone a client that is not connected', () => {
    const idle = new Redis({ lazyConnect: true });
    expect(() => {
      writeTogether(idle);
    }).not.toThrow();
  });

  it('loses nothing when the client goes away in the same turn', async () => {
    const other = client.duplicate();
    await other.ping();
    writeTogether(other);
    const answer = other.echo('still');
    const bye = other.quit();
    await expect(answer).resolves.toBe('still');
    await bye;
  });
});
