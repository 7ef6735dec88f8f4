import { InvalidRequestError } from '@app/sms-verification';
import { IsIn, IsOptional, Matches } from 'class-validator';
import * as fc from 'fast-check';
import { SendDto } from '../auth/dto/send.dto';
import { VerifyDto } from '../auth/dto/verify.dto';
import { TextRules } from './text-rules';
import { validateBody, type BodyClass } from './validate-body';

class Base {
  @Matches(/^[a-z]+$/)
  readonly word!: string;
}

class Body extends Base {
  @IsOptional()
  @Matches(/^[0-9]+$/)
  readonly digits?: string;

  both(): string {
    return `${this.word} ${this.digits ?? ''}`;
  }
}

class Choice {
  @IsIn(['a', 'b'])
  readonly choice!: string;
}

class Global {
  @Matches(/^a/g)
  readonly text!: string;
}

class Each {
  @Matches(/^a/, { each: true })
  readonly texts!: string[];
}

describe(TextRules.name, () => {
  it('makes an instance of the class from a body that keeps its rules, inherited ones too', () => {
    const body = TextRules.of(Body)?.accept({ word: 'abc', digits: '12' });

    expect(body).toBeInstanceOf(Body);
    expect((body as Body).both()).toBe('abc 12');
  });

  it.each<[string, unknown]>([
    ['a member that is missing', { digits: '12' }],
    ['a member that breaks its rule', { word: 'ABC' }],
    ['an optional member that breaks its rule', { word: 'abc', digits: 'x' }],
    ['a member that is no text', { word: ['abc'] }],
    ['an optional member that is null', { word: 'abc', digits: null }],
    ['a member that the class does not name', { word: 'abc', other: '1' }],
    ['a member that is named like a method', { word: 'abc', both: '1' }],
    ['a member that is named like a prototype', JSON.parse('{"word":"abc","__proto__":"1"}')],
    ['no object', 'abc'],
    ['nothing', null],
    ['an array', ['abc']],
    ['an object of another class', Object.assign(new Choice(), { word: 'abc' })],
  ])('leaves to class-validator what it does not accept: %s', (_what, body) => {
    expect(TextRules.of(Body)?.accept(body)).toBeUndefined();
  });

  it.each([Choice, Global, Each, Object])(
    'knows only rules that are patterns, the same for each text: not those of %p',
    (metatype) => {
      expect(TextRules.of(metatype)).toBeUndefined();
    },
  );

  it.each<BodyClass>([Body, SendDto, VerifyDto])(
    'accepts of %p what class-validator accepts, and no more',
    async (metatype) => {
      const rules = TextRules.of(metatype);
      const names = [
        'word',
        'digits',
        'phone',
        'region',
        'purpose',
        'code',
        'verificationId',
        'locale',
        'format',
        'constructor',
        'subject',
      ];
      const texts = [
        'abc',
        '12',
        '+14155550100',
        'US',
        'login',
        '123456',
        'A'.repeat(22),
        'plain',
        'pt-BR',
        '',
      ];
      const value = fc.oneof(
        { weight: 9, arbitrary: fc.constantFrom(...texts) },
        fc.constant(1),
        fc.constant(null),
      );
      await fc.assert(
        fc.asyncProperty(fc.dictionary(fc.constantFrom(...names), value), async (given) => {
          const body = { ...given };
          const instance = await validateBody(body, metatype).catch((error: unknown) => {
            expect(error).toBeInstanceOf(InvalidRequestError);
          });

          expect(rules?.accept(body)).toStrictEqual(instance);
        }),
        { numRuns: 500 },
      );
    },
  );
});
