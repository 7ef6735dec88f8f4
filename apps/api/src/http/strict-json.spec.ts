import { refuseAmbiguousJson } from './strict-json';

/** What it throws, if anything. */
function refusalOf(text: string): unknown {
  try {
    refuseAmbiguousJson(text);
  } catch (error) {
    return error;
  }
  return undefined;
}

const nested = (depth: number, open: string, close: string): string =>
  open.repeat(depth) + close.repeat(depth);

describe(refuseAmbiguousJson.name, () => {
  it.each([
    ['{}', '{}'],
    ['different members', '{"phone":"+14155550100","purpose":"login"}'],
    ['names that differ in case', '{"phone":1,"Phone":2}'],
    ['one name in two objects beside each other', '[{"phone":1},{"phone":2}]'],
    ['one name in an object and in the one around it', '{"phone":{"phone":1},"purpose":{"phone":1}}'],
    ['a name that is repeated as a value', '{"phone":"phone","purpose":"phone"}'],
    ['text that is no object', '"phone"'],
    ['nothing', ''],
    ['a string without an end', '{"a'],
    ['a string that ends in an escape', '{"a\\'],
    ['brackets and quotes within strings', String.raw`{"a":"{\"a\":[[[[[[[[[[","b":"}\"a\":1"}`],
  ])('lets pass %s', (_what, text) => {
    expect(refusalOf(text)).toBeUndefined();
  });

  it.each([
    ['equal values', '{"code":"1","code":"1"}'],
    ['other members between', '{"code":"1","phone":"2","code":"3"}'],
    ['an escaped spelling', String.raw`{"code":"1","\u0063ode":"2"}`],
    ['space before the colon', '{"code"\t:"1",\r\n "code" :"2"}'],
    ['an escape in both spellings', String.raw`{"a\"b":1,"a\u0022b":2}`],
    ['a value that ends in an escaped backslash', String.raw`{"code":"\\\\","code":"2"}`],
    ['an object between', '{"code":"1","phone":{"code":"2"},"code":"3"}'],
    ['one that comes after an array', '{"code":[{"x":1}],"code":"3"}'],
    ['an empty name', '{"":1,"":2}'],
    ['a name of the language', '{"__proto__":1,"__proto__":2}'],
    ['objects further in', '{"a":[{"b":{"code":1,"code":2}}]}'],
  ])('refuses a member that appears twice, with %s [ASVS 2.2.1]', (_what, text) => {
    expect(refusalOf(text)).toMatchObject({ statusCode: 400 });
  });

  it('says of what it refuses neither name nor value [ASVS 16.2.5]', () => {
    expect(refusalOf('{"secret":"hunter2","secret":"hunter2"}')).toMatchObject({
      message: 'a member appears twice',
    });
  });

  it.each([
    ['arrays', '[', ']'],
    ['objects', '{"a":', '1}'],
  ])(
    'refuses %s nested deeper than any request needs, long before they exhaust the stack',
    (_what, open, close) => {
      expect(refusalOf(nested(8, open, close))).toBeUndefined();
      for (const depth of [9, 4_096, 100_000]) {
        expect(refusalOf(nested(depth, open, close))).toMatchObject({ statusCode: 400 });
      }
    },
  );
});
