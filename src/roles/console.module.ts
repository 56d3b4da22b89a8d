import { Module } from '@nestjs/common';
import { ApiModule } from '../api/api.module.js';
import { PagesModule } from '../console/pages.module.js';

/** The role `console`: what operators see and do, by browser and by API. */
@Module({ imports: [ApiModule, PagesModule] })
export class ConsoleModule {}
