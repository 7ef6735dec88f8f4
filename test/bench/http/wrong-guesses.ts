import { freshPhone } from '../../support/phones';
import { load } from './load';
import type { ServerProcess } from './server-process';
import { post } from './wire';

/** Of a million codes one is this. */
export const WRONG = '000000';
/** As many as one verification allows: see startOurs. */
const GUESSES = 10;

/** Sends a code to each of so many numbers, and writes guesses at them, by turns. */
export async function wrongGuesses(ours: ServerProcess, phones: number): Promise<Buffer[]> {
  const subjects = Array.from({ length: phones }, () => ({ phone: freshPhone(), purpose: 'login' }));
  const sends = subjects.map((subject) => post('/auth/sms/send', subject));
  const { answers } = await load(ours, sends, 202);
  const guesses = subjects.flatMap((subject, index) => {
    const { verificationId } = JSON.parse(answers[index]?.body ?? '') as { verificationId?: string };
    if (verificationId === undefined) return [];
    return post('/auth/sms/verify', { ...subject, code: WRONG, verificationId });
  });
  return Array.from({ length: GUESSES }, () => guesses).flat();
}
