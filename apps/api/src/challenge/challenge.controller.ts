import {
  Body,
  Controller,
  Header,
  HttpCode,
  Inject,
  NotFoundException,
  Optional,
  Post,
  UseGuards,
} from '@nestjs/common';
import { HumanChallenge, type ChallengeOffer } from '@app/sms-verification';
import { IpLimit, IpLimitGuard } from '../http/ip-limit.guard';
import { ChallengeDto } from './dto/challenge.dto';

/** Hands out what a client that was told `challenge_required` needs; not found where no challenge is configured. */
@Controller('auth/sms')
@UseGuards(IpLimitGuard)
export class ChallengeController {
  constructor(@Optional() @Inject(HumanChallenge) private readonly challenge?: HumanChallenge) {}

  @Post('challenge')
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  @IpLimit('verify')
  offer(@Body() body: ChallengeDto): Promise<ChallengeOffer> {
    if (this.challenge === undefined) throw new NotFoundException();
    return this.challenge.offer({ phone: body.number() });
  }
}
