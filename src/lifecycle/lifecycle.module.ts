import { Module } from '@nestjs/common';
import { QueueModule } from '../queue/queue.module.js';
import { LifecycleEventsService } from './lifecycle-events.service.js';

/** What happens to the app itself: installed, uninstalled, a consent that is needed. */
@Module({
  imports: [QueueModule],
  providers: [LifecycleEventsService],
  exports: [LifecycleEventsService],
})
export class LifecycleModule {}
