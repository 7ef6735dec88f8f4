/** Six digits or more, with what people put between them: a phone number, a code, or part of one. */
const TELLING_DIGITS = /\+?[0-9](?:[\s().-]*[0-9]){5,}/g;

/**
 * Why a gateway failed, in words that may be logged. Vendors quote numbers and whole messages in their errors, in
 * texts, properties, stacks and causes, so nothing of the error itself goes on: only the texts of the errors, and of
 * those every run of digits that could be a phone number or a code is left out (rule R15).
 */
export function failureReason(failure: unknown): string {
  const texts: string[] = [];
  for (let at = failure; at instanceof Error && texts.length < 5; at = at.cause) texts.push(at.message);
  return texts.length === 0
    ? 'the gateway threw what is no error'
    : texts.join(' <- ').replace(TELLING_DIGITS, '•••');
}
