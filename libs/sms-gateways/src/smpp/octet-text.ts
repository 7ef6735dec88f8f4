/** Whether a C-octet string can carry the text: an octet for each character, and no NUL but the closing one. */
export const isOctetText = (text: string): boolean =>
  Array.from(text).every((character) => character > '\0' && character <= '\u{ff}');
