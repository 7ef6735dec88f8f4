import { StorageUnavailableError } from '../../sms-verification.errors';

/** Whatever goes wrong between here and the script's reply, the caller cannot know what happened (rule R17). */
export function orUnavailable<Result>(answer: Promise<Result>): Promise<Result> {
  return answer.catch(unavailable);
}

function unavailable(cause: unknown): never {
  throw new StorageUnavailableError({ cause });
}
