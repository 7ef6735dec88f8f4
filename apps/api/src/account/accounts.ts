import { Injectable } from '@nestjs/common';
import type { PhoneNumber } from '@app/sms-verification';
import { AccountError } from './account.error';
import { hashPassword, isPassword, type PasswordHash } from './password-hash';

/** Somebody who registered. */
export interface Account {
  readonly phone: PhoneNumber;
  readonly password: PasswordHash;
}

/**
 * The accounts of the example, in memory: a database with a unique index on the phone stands here in an application.
 * Whoever calls has seen a proof of the phone that it names.
 */
@Injectable()
export class Accounts {
  private readonly byId = new Map<number, Account>();
  private readonly idByPhone = new Map<string, number>();
  private lastId = 0;

  /** @throws AccountError */
  async register(phone: PhoneNumber, password: string): Promise<void> {
    this.assertFree(phone);
    const hash = await hashPassword(password);
    // Once more after the wait: from here on nobody else can register the same phone.
    this.assertFree(phone);
    this.lastId += 1;
    this.keep(this.lastId, { phone, password: hash });
  }

  /**
   * The account of a phone and a password. Who guesses passwords needs a proof, and so an SMS, for every guess.
   *
   * @throws AccountError
   */
  async signIn(phone: PhoneNumber, password: string): Promise<number> {
    const id = this.idByPhone.get(phone.e164);
    const account = id === undefined ? undefined : this.byId.get(id);
    if (id === undefined || account === undefined || !(await isPassword(password, account.password)))
      throw new AccountError('sign_in_refused');
    return id;
  }

  /** @throws AccountError */
  async resetPassword(phone: PhoneNumber, password: string): Promise<number> {
    const hash = await hashPassword(password);
    // Only now: the phone may have been changed during the wait.
    const id = this.idByPhone.get(phone.e164);
    if (id === undefined) throw new AccountError('account_unknown');
    this.keep(id, { phone, password: hash });
    return id;
  }

  /** @throws AccountError */
  changePhone(id: number, to: PhoneNumber): void {
    const account = this.byId.get(id);
    if (account === undefined) throw new AccountError('account_unknown');
    this.assertFree(to);
    this.idByPhone.delete(account.phone.e164);
    this.keep(id, { ...account, phone: to });
  }

  find(id: number): Account | undefined {
    return this.byId.get(id);
  }

  private assertFree(phone: PhoneNumber): void {
    if (this.idByPhone.has(phone.e164)) throw new AccountError('phone_taken');
  }

  private keep(id: number, account: Account): void {
    this.byId.set(id, account);
    this.idByPhone.set(account.phone.e164, id);
  }
}
