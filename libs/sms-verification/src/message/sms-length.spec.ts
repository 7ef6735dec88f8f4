import fc from 'fast-check';
import { SegmentedMessage } from 'sms-segments-calculator';
import { measureSms } from './sms-length';
import { VerificationTexts } from './verification-texts';

/** The calculator of a large carrier, far slower and so used to check ours; without smart encoding. */
function reference(text: string): { encoding: string; segments: number } {
  const message = new SegmentedMessage(text, 'auto', false);
  return { encoding: message.getEncodingName(), segments: message.segmentsCount };
}

function measured(text: string): { encoding: string; segments: number } {
  const { encoding, segments } = measureSms(text);
  return { encoding, segments };
}

describe(measureSms.name, () => {
  it.each([
    ['nothing', '', 'GSM-7', 0, 1],
    ['160 letters', 'a'.repeat(160), 'GSM-7', 160, 1],
    ['161 letters', 'a'.repeat(161), 'GSM-7', 161, 2],
    ['306 letters', 'a'.repeat(306), 'GSM-7', 306, 2],
    ['307 letters', 'a'.repeat(307), 'GSM-7', 307, 3],
    ['80 of the extension', '€'.repeat(80), 'GSM-7', 160, 1],
    ['81 of the extension', '€'.repeat(81), 'GSM-7', 162, 2],
    ['an escape at the cut', `${'a'.repeat(152)}€${'a'.repeat(152)}`, 'GSM-7', 306, 3],
    ['a line break', 'a\nb', 'GSM-7', 3, 1],
    ['70 of UCS-2', '码'.repeat(70), 'UCS-2', 70, 1],
    ['71 of UCS-2', '码'.repeat(71), 'UCS-2', 71, 2],
    ['134 of UCS-2', '码'.repeat(134), 'UCS-2', 134, 2],
    ['135 of UCS-2', '码'.repeat(135), 'UCS-2', 135, 3],
    ['35 surrogate pairs', '😀'.repeat(35), 'UCS-2', 70, 1],
    ['67 surrogate pairs', '😀'.repeat(67), 'UCS-2', 134, 3],
    ['letters and one of UCS-2', `${'a'.repeat(70)}ó`, 'UCS-2', 71, 2],
  ])('counts %s', (_what, text, encoding, characters, segments) => {
    expect(measureSms(text)).toEqual({ encoding, characters, segments });
  });

  it.each(['à', 'è', 'é', 'ù', 'ì', 'ò', 'ñ', 'ü', 'ö', 'ä', 'ß', 'Ç', '¿', '¡', '§', 'Δ'])(
    'knows that GSM-7 has %s',
    (letter) => {
      expect(measureSms(letter)).toEqual({ encoding: 'GSM-7', characters: 1, segments: 1 });
    },
  );

  it.each([
    'á',
    'í',
    'ó',
    'ú',
    'ç',
    'ã',
    'õ',
    'ê',
    'â',
    'ô',
    'œ',
    '`',
    '’',
    '“',
    '–',
    '…',
    '\u00a0',
    '\t',
    '\u0000',
  ])('knows that GSM-7 lacks %j and replaces nothing', (letter) => {
    expect(measureSms(letter).encoding).toBe('UCS-2');
  });

  it('agrees with the reference on each character of the basic plane', () => {
    const disagreeing = [];
    for (let unit = 0; unit <= 0x2fff; unit++) {
      const letter = String.fromCharCode(unit);
      if (measureSms(letter).encoding !== reference(letter).encoding) disagreeing.push(letter);
    }

    expect(disagreeing).toEqual([]);
  });

  it('agrees with the reference on any text of GSM-7, line breaks and extension included', () => {
    const letter = fc.constantFrom(...Array.from('aZ09 @£é\n\r€^{}[]~|\\'));
    fc.assert(
      fc.property(fc.string({ unit: letter, minLength: 0, maxLength: 500 }), (text) => {
        expect(measured(text)).toEqual(reference(text));
      }),
      { numRuns: 100 },
    );
  });

  it('agrees with the reference on any text of UCS-2 without joined characters', () => {
    const letter = fc.constantFrom(...Array.from('aZ09 €^码验رمزкод😀'));
    fc.assert(
      fc.property(fc.string({ unit: letter, minLength: 0, maxLength: 300 }), (text) => {
        expect(measured(`码${text}`)).toEqual(reference(`码${text}`));
      }),
      { numRuns: 100 },
    );
  });

  it('agrees with the reference on whether any text at all fits one segment', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 60, maxLength: 75 }), (text) => {
        expect(measureSms(text).segments === 1).toBe(reference(text).segments === 1);
      }),
      { numRuns: 100 },
    );
  });

  it('agrees with the reference on every text of the library', () => {
    const texts = new VerificationTexts();
    const policies = new Map([['login', { lifetimeMs: 600_000 }]]);
    for (const { text, encoding, segments } of texts.measure(policies, 6)) {
      expect({ encoding, segments }).toEqual(reference(text));
    }
  });
});
