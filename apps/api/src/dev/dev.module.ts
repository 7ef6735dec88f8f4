import { Module } from '@nestjs/common';
import { GatewaysModule } from '../gateways/gateways.module';
import { InboxController } from './inbox.controller';
import { PageController } from './page.controller';
import { ProtectedController } from './protected.controller';

/** What makes the application a thing to watch and to try. Part of it outside production alone. */
@Module({ imports: [GatewaysModule], controllers: [PageController, InboxController, ProtectedController] })
export class DevModule {}
