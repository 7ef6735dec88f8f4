import { timingSafeEqual } from 'node:crypto';
import { Controller, Get, Headers, NotFoundException, Res } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import type { FastifyReply } from 'fastify';
import type { Settings } from '../config/settings';
import { Measurements } from './measurements';

/** For Prometheus. Who does not present the token, where there is one, finds nothing here. */
@Controller('metrics')
export class MetricsController {
  private readonly expected: Buffer | undefined;

  constructor(
    private readonly measurements: Measurements,
    settings: ConfigService<Settings, true>,
  ) {
    const token = settings.get('metrics', { infer: true })?.token;
    this.expected = token === undefined ? undefined : Buffer.from(`Bearer ${token}`);
  }

  @Get()
  async read(
    @Headers('authorization') presented: string | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    if (!this.mayRead(Buffer.from(presented ?? ''))) throw new NotFoundException();
    const { contentType, text } = await this.measurements.read();
    await reply.header('content-type', contentType).header('cache-control', 'no-store').send(text);
  }

  private mayRead(presented: Buffer): boolean {
    const { expected } = this;
    if (expected === undefined) return true;
    return presented.length === expected.length && timingSafeEqual(presented, expected);
  }
}
