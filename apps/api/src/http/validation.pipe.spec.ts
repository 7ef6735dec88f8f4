import type { ArgumentMetadata } from '@nestjs/common';
import { InvalidRequestError } from '@app/sms-verification';
import { IsIn, Matches } from 'class-validator';
import { StrictValidationPipe } from './validation.pipe';

class Text {
  @Matches(/^[a-z]+$/)
  readonly word!: string;
}

class Choice {
  @IsIn(['a', 'b'])
  readonly word!: string;
}

const pipe = new StrictValidationPipe();

describe(StrictValidationPipe.name, () => {
  describe.each([Text, Choice])('with %p', (metatype) => {
    it.each(['body', 'query', 'param'] as const)('makes an instance of a %s', async (type) => {
      expect(await pipe.transform({ word: 'a' }, { type, metatype })).toStrictEqual(
        Object.assign(new metatype(), { word: 'a' }),
      );
    });

    it.each(['body', 'query', 'param'] as const)('refuses a %s that breaks a rule', async (type) => {
      for (const value of [{ word: 'A' }, { word: 'a', other: 'a' }, {}, undefined, 'a']) {
        await expect(pipe.transform(value, { type, metatype })).rejects.toThrow(InvalidRequestError);
      }
    });

    it('leaves alone what a decorator of our own returns', async () => {
      const value = { word: 'A' };

      expect(await pipe.transform(value, { type: 'custom', metatype })).toBe(value);
    });
  });

  it('accepts at once a body whose rules are all patterns, as the routes that are asked most have it', () => {
    expect(pipe.transform({ word: 'a' }, { type: 'body', metatype: Text })).toBeInstanceOf(Text);
  });

  it.each<[ArgumentMetadata['metatype'], unknown]>([
    [String, 'a'],
    [Object, ['a', 'b']],
    [Array, ['a', 'b']],
    [undefined, { word: 'A' }],
  ])('leaves alone what is of no class that has rules: %p', async (metatype, value) => {
    expect(await pipe.transform(value, { type: 'query', metatype, data: 'word' })).toBe(value);
  });
});
