import { Matches } from 'class-validator';

/** Body of the routes that take a password. */
export class PasswordDto {
  @Matches(/^[^]{8,128}$/, { message: 'must be 8 to 128 characters' })
  readonly password!: string;
}
