import { LuaReply, UnexpectedReplyError } from './lua-reply';

const replyOf = (...values: unknown[]): LuaReply => new LuaReply(values, 'issue');

describe(LuaReply.name, () => {
  it('reads words, whole numbers and text in their order', () => {
    const reply = replyOf('issued', 17, 'text', 'refused', 0);
    expect(reply.word('issued', 'refused')).toBe('issued');
    expect(reply.integer()).toBe(17);
    expect(reply.text()).toBe('text');
    expect(reply.word('issued', 'refused')).toBe('refused');
    expect(reply.integer()).toBe(0);
  });

  it('reads times of this century and long after', () => {
    expect(replyOf(4_102_444_800_000).integer()).toBe(4_102_444_800_000);
    expect(replyOf(-1).integer()).toBe(-1);
  });

  it.each([
    ['a status reply', 'OK'],
    ['nothing', null],
    ['nothing at all', undefined],
    ['a fraction', 0.5],
    ['a number below 0', -1],
    ['an object', { 0: 'issued', length: 1 }],
  ])('refuses %s in place of a list or a whole number', (_, reply) => {
    expect(() => new LuaReply(reply, 'issue')).toThrow(
      new UnexpectedReplyError('issue', 'the reply is neither a list nor a whole number'),
    );
  });

  it('tells a whole number from a list, and from one of it', () => {
    expect(new LuaReply(17, 'issue').lone()).toBe(17);
    expect(replyOf(17).lone()).toBeUndefined();
    expect(() => new LuaReply(17, 'issue').integer()).toThrow(
      new UnexpectedReplyError('issue', 'the reply is too short'),
    );
  });

  it.each([['unknown'], ['Issued'], ['issued '], [''], [1], [null], [undefined], [['issued']]])(
    'refuses %p in place of a word that it asked for',
    (value) => {
      expect(() => replyOf(value).word('issued', 'refused')).toThrow(
        new UnexpectedReplyError('issue', 'expected one of issued, refused'),
      );
    },
  );

  it.each([
    ['1'],
    ['1e3'],
    [1.5],
    [Number.NaN],
    [Number.POSITIVE_INFINITY],
    [2 ** 53],
    [null],
    [true],
    [[1]],
  ])('refuses %p in place of a whole number', (value) => {
    expect(() => replyOf(value).integer()).toThrow(
      new UnexpectedReplyError('issue', 'expected a whole number'),
    );
  });

  it.each([[1], [null], [undefined], [Buffer.from('text')]])('refuses %p in place of text', (value) => {
    expect(() => replyOf(value).text()).toThrow(new UnexpectedReplyError('issue', 'expected text'));
  });

  it('refuses to read beyond the end, where Redis cuts a list at the first nil', () => {
    const reply = replyOf('issued');
    reply.word('issued');
    for (const read of [() => reply.integer(), () => reply.text(), () => reply.word('issued')]) {
      expect(read).toThrow(new UnexpectedReplyError('issue', 'the reply is too short'));
    }
  });

  it('names the script and never the value, which may be a secret, in its error', () => {
    const error = new UnexpectedReplyError('verify-and-remove', 'expected text');
    expect(error.message).toBe('verify-and-remove.lua: expected text');
    expect(error.name).toBe('UnexpectedReplyError');
    const read = (): string => replyOf('the secret').word('issued');
    expect(read).toThrow(/^issue\.lua: expected one of issued$/);
  });
});
