import { StorageUnavailableError } from '../../sms-verification.errors';

/** Whatever goes wrong between here and the script's reply, the caller cannot know what happened (rule R17). */
export async function orUnavailable<Result>(answer: Promise<Result>): Promise<Result> {
  try {
    return await answer;
  } catch (cause) {
    throw new StorageUnavailableError({ cause });
  }
}
