import { Module } from '@nestjs/common';
import { AccountController } from './account.controller';
import { Accounts } from './accounts';
import { SessionGuard } from './session.guard';
import { Sessions } from './sessions';

/** What another module does with proofs, to read and to try. Part of the application outside production alone. */
@Module({ controllers: [AccountController], providers: [Accounts, Sessions, SessionGuard] })
export class AccountModule {}
