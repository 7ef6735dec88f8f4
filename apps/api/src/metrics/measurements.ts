import { Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import { FailoverSmsGateway, type GatewayAttempt } from '@app/sms-gateways';
import { observeScripts, SmsVerificationEvents, type ScriptRun } from '@app/sms-verification';
import { countEvent } from './count-event';
import { createInstruments, type Instruments } from './instruments';

/** One run of each script in so many. By script, so that none of those that always come together is left out. */
const MEASURED_SCRIPTS = 8;

/** Listens to all parts, and keeps what they tell as metrics. */
@Injectable()
export class Measurements implements OnModuleInit, OnApplicationShutdown {
  private made: Instruments | undefined;
  private readonly scriptRuns = new Map<string, number>();
  private subscriptions: readonly (() => unknown)[] = [];

  constructor(
    private readonly events: SmsVerificationEvents,
    private readonly gateways: FailoverSmsGateway,
    private readonly server: HttpAdapterHost,
  ) {}

  onModuleInit(): void {
    this.subscriptions = [
      this.events.subscribe((event) => {
        countEvent(this.instruments, event);
      }),
      this.gateways.onAttempts((attempt) => {
        this.measureAttempt(attempt);
      }),
      observeScripts((run) => {
        this.measureScript(run);
      }),
    ];
    this.measureRequests(this.server.httpAdapter.getInstance<FastifyInstance>());
  }

  onApplicationShutdown(): void {
    for (const end of this.subscriptions) end();
  }

  /** Everything, as Prometheus reads it. */
  async read(): Promise<{ readonly contentType: string; readonly text: string }> {
    const { registry } = this.instruments;
    return { contentType: registry.contentType, text: await registry.metrics() };
  }

  /** Made when there is something to count. */
  private get instruments(): Instruments {
    return (this.made ??= createInstruments(() => this.restingGateways()));
  }

  private restingGateways(): ReadonlyMap<string, boolean> {
    return new Map([...this.gateways.states()].map(([name, state]) => [name, state === 'resting']));
  }

  private measureAttempt({ gateway, outcome, durationMs }: GatewayAttempt): void {
    const { gatewaySkips, gatewayAttempts } = this.instruments;
    if (outcome === 'skipped') gatewaySkips.inc({ gateway });
    else gatewayAttempts.observe({ gateway, outcome }, durationMs / 1_000);
  }

  /** Every failure counts; of the answered, a part is measured: a send runs several scripts, and to measure takes time. */
  private measureScript({ script, outcome, durationMs }: ScriptRun): void {
    const run = this.scriptRuns.get(script) ?? 0;
    this.scriptRuns.set(script, run + 1);
    // A counter that is there from the first run on: of one that begins at 1, Prometheus sees no increase.
    if (run === 0) this.instruments.scriptFailures.inc({ script }, 0);
    if (outcome === 'failed') this.instruments.scriptFailures.inc({ script });
    else if (run % MEASURED_SCRIPTS === 0) this.instruments.scripts.observe({ script }, durationMs / 1_000);
  }

  private measureRequests(fastify: FastifyInstance): void {
    fastify.addHook('onResponse', (request, reply, done) => {
      const route = request.routeOptions.url ?? 'none';
      // Health is asked about all day long, by machines, and would drown what people ask.
      if (!route.startsWith('/health/')) {
        const { requests, problems } = this.instruments;
        requests.observe({ route, status: reply.statusCode }, reply.elapsedTime / 1_000);
        if (reply.problemCode !== undefined) problems.inc({ route, code: reply.problemCode });
      }
      done();
    });
  }
}
