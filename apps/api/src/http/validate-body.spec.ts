import { InvalidRequestError } from '@app/sms-verification';
import { IsIn, IsOptional, Matches } from 'class-validator';
import { validateBody, type BodyClass } from './validate-body';

class Base {
  @Matches(/^[a-z]+$/, { message: 'must be a word' })
  readonly word!: string;
}

class Body extends Base {
  @IsIn(['a', 'b'], { message: 'must be a or b' })
  @Matches(/^.$/, { message: 'must be one letter' })
  readonly choice!: string;

  @IsOptional()
  @Matches(/^[0-9]+$/, { message: 'must be digits' })
  readonly digits?: string;

  both(): string {
    return this.word + this.choice;
  }
}

class Unruled {
  readonly word?: string;
}

async function errorsOf(body: unknown, metatype: BodyClass = Body): Promise<unknown> {
  const error: unknown = await validateBody(body, metatype).catch((thrown: unknown) => thrown);
  return error instanceof InvalidRequestError
    ? error.errors.map(({ field, message }) => [field, message])
    : error;
}

const UNKNOWN = 'is not a member of this request';
const NULL = 'must not be null: leave it out, or give it a value';
const MISSING = [
  ['choice', 'must be one letter'],
  ['word', 'must be a word'],
];

describe(validateBody.name, () => {
  it('makes an instance of the class, with the members of the body alone', async () => {
    const body = Object.freeze({ word: 'abc', choice: 'a' });
    const instance = await validateBody(body, Body);

    expect(instance).toStrictEqual(Object.assign(new Body(), body));
    expect((instance as Body).both()).toBe('abca');
  });

  it('takes an object without a prototype, as the parser of a query makes them', async () => {
    const query: unknown = Object.assign(Object.create(null), { word: 'abc', choice: 'b' });

    expect(await validateBody(query, Body)).toStrictEqual(Object.assign(new Body(), query));
  });

  it.each<[string, unknown, unknown]>([
    ['nothing', undefined, MISSING],
    ['an empty object', {}, MISSING],
    ['null', null, [['', 'must be a JSON object']]],
    ['text', 'word', [['', 'must be a JSON object']]],
    ['a number', 0, [['', 'must be a JSON object']]],
    ['an array', [{ word: 'abc', choice: 'a' }], [['', 'must be a JSON object']]],
    ['one of two rules broken', { word: 'abc', choice: 'c' }, [['choice', 'must be a or b']]],
    ['members of other types', { word: ['abc'], choice: { a: 1 } }, MISSING],
    [
      'an optional member that is wrong',
      { word: 'abc', choice: 'a', digits: 1 },
      [['digits', 'must be digits']],
    ],
    [
      'unknown members, which come first, and in their order',
      { z: 1, word: 'A', a: { b: { c: [] } }, prototype: 1, choice: 'a' },
      [...['z', 'a', 'prototype'].map((name) => [name, UNKNOWN]), ['word', 'must be a word']],
    ],
    [
      'null for members',
      { digits: null, word: 'abc', other: null },
      [
        ['digits', NULL],
        ['other', NULL],
      ],
    ],
    ...['both', 'constructor', 'toString', 'hasOwnProperty', '__proto__', '__defineGetter__'].map(
      (name): [string, unknown, unknown] => [
        `a member named ${name}`,
        JSON.parse(`{ "word": "abc", "choice": "a", "${name}": { "word": "abc" } }`),
        [[name, UNKNOWN]],
      ],
    ),
  ])('names what is wrong: %s', async (_what, body, errors) => {
    expect(await errorsOf(body)).toEqual(errors);
  });

  it('takes nothing from the prototype that a body brings along [ASVS 2.2.1]', async () => {
    const body: unknown = JSON.parse('{"__proto__":{"word":"abc","choice":"a","polluted":true}}');

    expect(await errorsOf(body)).toEqual([['__proto__', UNKNOWN]]);
    expect({}).not.toHaveProperty('polluted');
  });

  it.each([{}, { word: 'abc' }])('accepts nothing for a class without rules: %j', async (body) => {
    expect(await errorsOf(body, Unruled)).toEqual([[undefined, expect.any(String)]]);
  });
});
