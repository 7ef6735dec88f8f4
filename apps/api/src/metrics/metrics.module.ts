import { Module } from '@nestjs/common';
import { GatewaysModule } from '../gateways/gateways.module';
import { Measurements } from './measurements';
import { MetricsController } from './metrics.controller';

/** Measures, and shows what was measured. Left out of an application that shows it to nobody. */
@Module({ imports: [GatewaysModule], providers: [Measurements], controllers: [MetricsController] })
export class MetricsModule {}
