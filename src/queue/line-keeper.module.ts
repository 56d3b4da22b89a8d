import { Module } from '@nestjs/common';
import { LineKeeperService } from './line-keeper.service.js';
import { QueueModule } from './queue.module.js';

/** The role `scheduler`: lines of jobs do not stand still. */
@Module({ imports: [QueueModule], providers: [LineKeeperService] })
export class LineKeeperModule {}
