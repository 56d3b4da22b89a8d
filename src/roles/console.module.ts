import { Module } from '@nestjs/common';
import { ApiModule } from '../api/api.module.js';
import { PagesModule } from '../console/pages.module.js';

/** The role `console`: the console and the API of operators. */
@Module({ imports: [ApiModule, PagesModule] })
export class ConsoleModule {}
