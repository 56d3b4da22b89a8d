import { Module } from '@nestjs/common';
import { InstallationsModule } from '../installations/installations.module.js';
import { QueueModule } from '../queue/queue.module.js';
import { LifecycleEventsService } from './lifecycle-events.service.js';

/** Events of the app itself: installed, uninstalled, consent needed. */
@Module({
  imports: [QueueModule, InstallationsModule],
  providers: [LifecycleEventsService],
  exports: [LifecycleEventsService],
})
export class LifecycleModule {}
