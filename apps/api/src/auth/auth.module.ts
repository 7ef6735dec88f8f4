import { Module } from '@nestjs/common';
import { AuthController } from './auth.controller';
import { VerificationLog } from './verification-log';

@Module({ controllers: [AuthController], providers: [VerificationLog] })
export class AuthModule {}
