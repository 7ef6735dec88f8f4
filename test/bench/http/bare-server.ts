// The least that a Nest application on Fastify does for one Redis call: what the application is measured against.
// It knows no validation, no limits, no proofs; it compares a code and deletes it, in one script.
import 'reflect-metadata';
import { Body, Controller, HttpCode, Inject, Module, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Redis } from 'ioredis';
import { COMPARE_AND_DELETE, shaOf } from '../baselines/reviewed-verify';

const REDIS = Symbol('Redis');
const SHA = shaOf(COMPARE_AND_DELETE);

@Controller()
class BareController {
  constructor(@Inject(REDIS) private readonly redis: Redis) {}

  @Post('verify')
  @HttpCode(200)
  async verify(@Body() body: { phone: string; purpose: string; code: string }) {
    const removed = await this.redis.evalsha(SHA, 1, `sms:${body.purpose}:${body.phone}`, body.code);
    return { verified: removed === 1 };
  }
}

@Module({
  controllers: [BareController],
  providers: [{ provide: REDIS, useFactory: () => new Redis(process.env['REDIS_URL'] ?? '') }],
})
class BareModule {}

async function main(): Promise<void> {
  const app = await NestFactory.create<NestFastifyApplication>(BareModule, new FastifyAdapter(), {
    logger: false,
  });
  await app.get<Redis>(REDIS).script('LOAD', COMPARE_AND_DELETE);
  await app.listen(Number(process.env['PORT']), '127.0.0.1');
}

void main();
