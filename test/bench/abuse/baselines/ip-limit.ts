import { HOUR } from '../traffic/session';
import { PASS, type Answer, type Defence, type Send } from './defence';

const LIMIT = 10;

/** Ten sends an hour from one address. */
export class IpLimit implements Defence {
  private readonly windows = new Map<string, { hour: number; count: number }>();

  assess({ at, ip }: Send): Promise<Answer> {
    const hour = Math.floor(at / HOUR);
    const window = this.windows.get(ip);
    const count = window?.hour === hour ? window.count + 1 : 1;
    this.windows.set(ip, { hour, count });
    const refused: Answer = { ...PASS, decision: 'refuse', reason: 'ip' };
    return Promise.resolve(count > LIMIT ? refused : PASS);
  }

  verified(): Promise<void> {
    return Promise.resolve();
  }

  release(): Promise<void> {
    return Promise.resolve();
  }

  fork(): Promise<Defence> {
    // Windows of an hour know nothing that a new day needs.
    return Promise.resolve(new IpLimit());
  }
}
