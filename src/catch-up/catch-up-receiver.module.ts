import { Module } from '@nestjs/common';
import { CatchUpModule } from './catch-up.module.js';
import { ReceiverHeartbeat } from './receiver-heartbeat.service.js';

/** The role `receiver`: notices an outage of all receivers. */
@Module({ imports: [CatchUpModule], providers: [ReceiverHeartbeat] })
export class CatchUpReceiverModule {}
