import { Body, Controller, Header, Headers, HttpCode, Ip, Post, UseGuards } from '@nestjs/common';
import { SmsCooldownGuard, SmsVerificationService } from '@app/sms-verification';
import { IpLimit, IpLimitGuard } from '../http/ip-limit.guard';
import { redeemedResponse, sentResponse, statusResponse, verifiedResponse } from './auth.responses';
import { RedeemDto } from './dto/redeem.dto';
import { SendDto } from './dto/send.dto';
import { StatusDto } from './dto/status.dto';
import { VerifyDto } from './dto/verify.dto';
import { IdempotencyKey } from './idempotency-key.decorator';

/** Phone verification over HTTP. Phones and codes travel in bodies alone, never in URLs (ASVS 14.2.1). */
@Controller('auth/sms')
@UseGuards(IpLimitGuard)
export class AuthController {
  constructor(private readonly verification: SmsVerificationService) {}

  @Post('send')
  @HttpCode(202)
  @Header('cache-control', 'no-store')
  @IpLimit('send')
  @UseGuards(SmsCooldownGuard)
  async send(
    @Body() body: SendDto,
    @Headers('accept-language') acceptLanguage: string | undefined,
    @Ip() clientAddress: string,
    @IdempotencyKey() idempotencyKey?: string,
  ) {
    const { verificationId, locale, recognition, challenge } = body;
    return sentResponse(
      await this.verification.send({
        phone: body.number(),
        purpose: body.purpose,
        locale,
        acceptLanguage,
        format: body.messageFormat(),
        verificationId,
        idempotencyKey,
        recognition,
        challenge,
        context: { clientAddress },
      }),
    );
  }

  @Post('verify')
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  @IpLimit('verify')
  async verify(@Body() body: VerifyDto, @IdempotencyKey() idempotencyKey?: string) {
    const { code, verificationId, recognition } = body;
    const request = { ...body.subject(), code, verificationId, idempotencyKey, recognition };
    return verifiedResponse(await this.verification.verify(request));
  }

  @Post('redeem')
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  @IpLimit('verify')
  async redeem(@Body() { token, purpose }: RedeemDto) {
    return redeemedResponse(await this.verification.redeemProof(token, { purpose }));
  }

  @Post('status')
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  @IpLimit('verify')
  async status(@Body() body: StatusDto) {
    const { verificationId, recognition } = body;
    return statusResponse(await this.verification.status({ ...body.subject(), verificationId, recognition }));
  }
}
