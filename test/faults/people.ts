import { setImmediate } from 'node:timers/promises';
import type { SmsCodeStorage } from '@app/sms-verification';
import { Requester, type Held } from '../conformance/requester';
import type { History, Outcome } from './history';

/** Somebody who holds a right code. */
interface Person {
  readonly requester: Requester;
  readonly held: Held;
}

/** How many codes are entered at a time. */
const HANDS = 64;

/** People who ask for codes and enter them, each of them right, and of whom the history keeps account. */
export class People {
  /** All who hold a code, whether they have entered it or not. */
  readonly holders: Person[] = [];

  constructor(private readonly history: History) {}

  /** One more person asks for a code; `undefined` when no answer came. */
  async ask(storage: SmsCodeStorage): Promise<Person | undefined> {
    const requester = Requester.of({ instances: [storage], shiftMs: 0 });
    let held: Held | undefined;
    // What it is called is known with the answer; a code whose issue is unknown is nobody's.
    const name = requester.fingerprint;
    await this.history.note('issue', name, async () => {
      held = await requester.issue();
      return true;
    });
    if (held === undefined) return undefined;
    const person = { requester, held };
    this.holders.push(person);
    return person;
  }

  /** A person enters the code. */
  enter({ requester, held }: Person, storage: SmsCodeStorage): Promise<Outcome> {
    return this.history.note('verify', requester.fingerprint, async () => {
      const { outcome } = await requester.via(storage).verify(held);
      return outcome === 'verified';
    });
  }

  /** Codes are asked for and entered, by several people at a time, until the returned function has resolved. */
  keepComing(storage: SmsCodeStorage, hands: number): () => Promise<void> {
    let going = true;
    const hand = async (): Promise<void> => {
      while (going) {
        const person = await this.ask(storage);
        // Without a server every answer comes at once: let the rest of the process have its turn.
        if (person === undefined) await setImmediate();
        // One in eight leaves the code for later, so that every fault meets some that are pending.
        if (person !== undefined && this.holders.length % 8 !== 0) await this.enter(person, storage);
      }
    };
    const all = Promise.all(Array.from({ length: hands }, hand));
    return async () => {
      going = false;
      await all;
    };
  }

  /** Everybody enters the code (again). */
  async allEnter(storage: SmsCodeStorage): Promise<void> {
    const waiting = [...this.holders];
    const hand = async (): Promise<void> => {
      for (let person = waiting.pop(); person !== undefined; person = waiting.pop()) {
        await this.enter(person, storage);
      }
    };
    await Promise.all(Array.from({ length: HANDS }, hand));
  }
}
