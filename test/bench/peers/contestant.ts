import type { Answer } from '../http/wire';

/** A service that is put under the same load and the same races as another. */
export interface Contestant {
  readonly name: string;
  /** Asks for a code to be sent. */
  send(phone: string): Promise<Answer>;
  /** The newest code that was sent to a phone: what its holder would read. */
  newestCode(phone: string): Promise<string>;
  /** How many messages were sent in all. */
  messages(): Promise<number>;
  /** The request that tries a code, given what `send` answered. */
  guess(phone: string, code: string, sent: Answer): Buffer;
  /** Sends a request on a connection of its own. */
  ask(request: Buffer): Promise<Answer>;
}
