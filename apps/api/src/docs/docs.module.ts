import { Module } from '@nestjs/common';
import { DocsController } from './docs.controller';

/** The description of the service, where the settings have it served. */
@Module({ controllers: [DocsController] })
export class DocsModule {}
