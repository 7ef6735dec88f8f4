import { Body, Controller, Get, Header, HttpCode, Post, UseFilters, UseGuards } from '@nestjs/common';
import {
  ProofInvalidError,
  SmsVerificationService,
  VerifiedPhone,
  type PhoneNumber,
} from '@app/sms-verification';
import { AccountErrorFilter } from './account-error.filter';
import { Accounts } from './accounts';
import { ChangePhoneDto } from './dto/change-phone.dto';
import { PasswordDto } from './dto/password.dto';
import { SessionGuard, SignedIn, type SignedInAccount } from './session.guard';
import { Sessions } from './sessions';

/**
 * An example of a module that acts on proofs: accounts with a phone and a password. Each route names the purpose that
 * its proof must be for, and spends it. Guards come before the body is looked at, so a password that is too short costs
 * its sender the proof: let the page check it first.
 */
@Controller('dev/account')
@UseFilters(AccountErrorFilter)
export class AccountController {
  constructor(
    private readonly accounts: Accounts,
    private readonly sessions: Sessions,
    private readonly verification: SmsVerificationService,
  ) {}

  @Post('register')
  @Header('cache-control', 'no-store')
  @VerifiedPhone('register')
  async register(@VerifiedPhone() phone: PhoneNumber, @Body() { password }: PasswordDto) {
    await this.accounts.register(phone, password);
    return { phone: phone.masked };
  }

  /** Two factors: the phone, by its proof, and the password. */
  @Post('login')
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  @VerifiedPhone('login')
  async login(@VerifiedPhone() phone: PhoneNumber, @Body() { password }: PasswordDto) {
    return { session: this.sessions.begin(await this.accounts.signIn(phone, password)) };
  }

  @Post('password')
  @HttpCode(204)
  @VerifiedPhone('reset_password')
  async resetPassword(@VerifiedPhone() phone: PhoneNumber, @Body() { password }: PasswordDto): Promise<void> {
    this.sessions.endAll(await this.accounts.resetPassword(phone, password));
  }

  /**
   * Takes a proof of the old number, in the header, and one of the new: whoever finds a session open can move the
   * account to no number of theirs, and nobody can move one to a number that they do not hold. The session is asked for
   * first, by the guard that stands last.
   */
  @Post('phone')
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  @VerifiedPhone('change_phone')
  @UseGuards(SessionGuard)
  async changePhone(
    @SignedIn() account: SignedInAccount,
    @VerifiedPhone() old: PhoneNumber,
    @Body() { newPhoneProof }: ChangePhoneDto,
  ) {
    if (!old.equals(account.phone)) throw new ProofInvalidError();
    const { phone } = await this.verification.redeemProof(newPhoneProof, { purpose: 'change_phone' });
    this.accounts.changePhone(account.id, phone);
    this.sessions.endAll(account.id);
    return { phone: phone.masked };
  }

  @Get()
  @Header('cache-control', 'no-store')
  @UseGuards(SessionGuard)
  account(@SignedIn() { phone }: SignedInAccount) {
    return { phone: phone.masked };
  }
}
