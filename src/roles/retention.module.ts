import { Module } from '@nestjs/common';
import { QueueModule } from '../queue/queue.module.js';
import { DeliveriesModule } from '../webhooks/deliveries/deliveries.module.js';
import { WorkspaceSecretsModule } from '../webhooks/workspace-secrets/workspace-secrets.module.js';
import { RetentionService } from './retention.service.js';

/** The role `scheduler`: what is past its time is deleted. */
@Module({
  imports: [QueueModule, DeliveriesModule, WorkspaceSecretsModule],
  providers: [RetentionService],
})
export class RetentionModule {}
