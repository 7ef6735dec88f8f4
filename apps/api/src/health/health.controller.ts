import { Controller, Get, Header } from '@nestjs/common';
import {
  HealthCheckService,
  HealthIndicatorService,
  type HealthCheckResult,
  type HealthIndicatorResult,
} from '@nestjs/terminus';
import { FailoverSmsGateway } from '@app/sms-gateways';
import { SmsVerificationService } from '@app/sms-verification';
import { ServerFitness } from '../redis/server-fitness';
import { Draining } from './draining';

/** For load balancers and orchestrators: is the process alive, and can it serve? */
@Controller('health')
export class HealthController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly indicators: HealthIndicatorService,
    private readonly verification: SmsVerificationService,
    private readonly fitness: ServerFitness,
    private readonly draining: Draining,
    private readonly gateways: FailoverSmsGateway,
  ) {}

  /** 200 as long as the process answers; a failing dependency is no reason to restart it. */
  @Get('live')
  @Header('cache-control', 'no-store')
  live(): Promise<HealthCheckResult> {
    return this.health.check([]);
  }

  /**
   * 200 when verifications can be served, which takes a storage that can be written to, a gateway that would be asked to
   * carry a message, and a process that is not about to end; else 503 with the parts' state.
   */
  @Get('ready')
  @Header('cache-control', 'no-store')
  ready(): Promise<HealthCheckResult> {
    return this.health.check([() => this.process(), () => this.storage(), () => this.carriers()]);
  }

  private process(): HealthIndicatorResult {
    const indicator = this.indicators.check('process');
    return this.draining.begun ? indicator.down({ problems: ['is shutting down'] }) : indicator.up();
  }

  /** Up as long as one gateway would take a message; each by name is in the metrics. */
  private carriers(): HealthIndicatorResult {
    const indicator = this.indicators.check('gateways');
    const resting = [...this.gateways.states().values()].every((state) => state === 'resting');
    return resting ? indicator.down({ problems: ['rest after repeated failures'] }) : indicator.up();
  }

  private async storage(): Promise<HealthIndicatorResult> {
    const indicator = this.indicators.check('storage');
    const problems = await this.fitness.currentProblems();
    if (problems.length > 0) return indicator.down({ problems });
    return this.verification.ping().then(
      () => indicator.up(),
      () => indicator.down(),
    );
  }
}
