/** One character as it goes over the wire, and what it takes of a segment. */
export interface EncodedCharacter {
  readonly octets: Buffer;
  /** Septets for text that travels as GSM 03.38, octets for any other. */
  readonly weight: number;
}

/** How a text is written, and how much of it fits. */
export interface TextEncoding {
  readonly dataCoding: number;
  /** What fits in a message of one segment, and in each segment of a longer one, in units of weight. */
  readonly single: number;
  readonly segment: number;
  /** Undefined for a character that this encoding does not have. */
  encode(character: string): EncodedCharacter | undefined;
}

// 3GPP TS 23.038 §6.2.1: the default alphabet, each character at the place of its value. 0x1b leads to the
// extension table of §6.2.1.1.
const BASIC =
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\u{1b}ÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?' +
  '¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà';
const ESCAPE = 0x1b;
const EXTENSION: Readonly<Record<string, number>> = {
  '\f': 0x0a,
  '^': 0x14,
  '{': 0x28,
  '}': 0x29,
  '\\': 0x2f,
  '[': 0x3c,
  '~': 0x3d,
  ']': 0x3e,
  '|': 0x40,
  '€': 0x65,
};

const GSM: ReadonlyMap<string, Buffer> = new Map([
  ...Array.from(BASIC, (character, value) => [character, Buffer.of(value)] as const).filter(
    ([, octets]) => octets[0] !== ESCAPE,
  ),
  ...Object.entries(EXTENSION).map(([character, value]) => [character, Buffer.of(ESCAPE, value)] as const),
]);

// 140 octets of user data are 160 septets; a concatenation header takes 6 octets, which are 7 septets.
const SEPTETS = { single: 160, segment: 153 };
const OCTETS = { single: 140, segment: 134 };

/** GSM 03.38, one septet an octet, as SMSCs take it. */
function gsm(dataCoding: number): TextEncoding {
  return {
    dataCoding,
    ...SEPTETS,
    encode: (character) => {
      const octets = GSM.get(character);
      return octets === undefined ? undefined : { octets, weight: octets.length };
    },
  };
}

/** ASCII, which the SMSC turns into GSM 03.38: so it weighs what it weighs there. */
const ASCII: TextEncoding = {
  dataCoding: 1,
  ...SEPTETS,
  encode: (character) =>
    character > '\u{7f}'
      ? undefined
      : { octets: Buffer.from(character, 'latin1'), weight: GSM.get(character)?.length ?? 1 },
};

const LATIN_1: TextEncoding = {
  dataCoding: 3,
  ...OCTETS,
  encode: (character) =>
    character > '\u{ff}' ? undefined : { octets: Buffer.from(character, 'latin1'), weight: 1 },
};

/** UCS-2, big endian (SMPP 3.4 §5.2.19); a character beyond it goes as its surrogate pair, never torn. */
const UCS_2: TextEncoding = {
  dataCoding: 8,
  ...OCTETS,
  encode: (character) => {
    const octets = Buffer.from(character, 'utf16le').swap16();
    return { octets, weight: octets.length };
  },
};

/** The encoding that a data_coding asks for. */
function encodingFor(dataCoding: number): TextEncoding {
  const named = [ASCII, LATIN_1, UCS_2].find((encoding) => encoding.dataCoding === dataCoding);
  return named ?? gsm(dataCoding);
}

/** A text, character by character, in the encoding that carries it. */
export interface EncodedText {
  readonly encoding: TextEncoding;
  readonly characters: readonly EncodedCharacter[];
}

/** Writes a text in the encoding asked for, or in UCS-2 when it has a character which that one has not. */
export function encodeText(text: string, dataCoding: number): EncodedText {
  const preferred = encodingFor(dataCoding);
  return encodeAll(text, preferred) ?? encodeAll(text, UCS_2) ?? { encoding: UCS_2, characters: [] };
}

function encodeAll(text: string, encoding: TextEncoding): EncodedText | undefined {
  const characters: EncodedCharacter[] = [];
  for (const character of text) {
    const encoded = encoding.encode(character);
    if (encoded === undefined) return undefined;
    characters.push(encoded);
  }
  return { encoding, characters };
}
