import { setTimeout as delay } from 'node:timers/promises';
import { Injectable, type BeforeApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import type { Settings } from '../config/settings';

/**
 * The time between the request to end and the closing of the door. A load balancer hears from `/health/ready` that this
 * process is about to end, and sends its requests elsewhere, while those that still arrive are served: a door that closes
 * at once turns away who was on the way to it.
 */
@Injectable()
export class Draining implements OnModuleInit, BeforeApplicationShutdown {
  private started = false;

  constructor(
    private readonly settings: ConfigService<Settings, true>,
    private readonly server: HttpAdapterHost,
  ) {}

  get begun(): boolean {
    return this.started;
  }

  /**
   * An answer says that it is the last one on its connection; else the client would hold the connection, and with it
   * this process, for a minute more, or send its next request on it while it closes.
   */
  onModuleInit(): void {
    this.server.httpAdapter
      .getInstance<FastifyInstance>()
      .addHook('onSend', (_request, reply, payload, done) => {
        if (this.started) void reply.header('connection', 'close');
        done(null, payload);
      });
  }

  /** Nest closes the server when this is over. Whoever presses Ctrl-C waits for nothing. */
  async beforeApplicationShutdown(signal?: string): Promise<void> {
    this.started = true;
    if (signal === 'SIGTERM') await delay(this.settings.get('http', { infer: true }).shutdownGraceMs);
  }
}
