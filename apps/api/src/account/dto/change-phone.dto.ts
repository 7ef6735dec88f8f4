import { Matches } from 'class-validator';

/** Body of `POST /dev/account/phone`. The proof of the old number is in the header. */
export class ChangePhoneDto {
  /** A proof of the new number. */
  @Matches(/^[A-Za-z0-9_.-]{1,128}$/, { message: 'must be the token that verify returned' })
  readonly newPhoneProof!: string;
}
