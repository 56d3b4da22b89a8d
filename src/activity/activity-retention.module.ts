import { Module } from '@nestjs/common';
import { ActivityModule } from './activity.module.js';
import { ActivityRetentionService } from './activity-retention.service.js';

/** The role `scheduler`: counts of activity are deleted when they are old. */
@Module({
  imports: [ActivityModule],
  providers: [ActivityRetentionService],
})
export class ActivityRetentionModule {}
