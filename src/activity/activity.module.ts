import { Module } from '@nestjs/common';
import { ownEntities } from '../database/own-entities.js';
import { ActivityMinuteEntity } from './activity-minute.entity.js';
import { ActivityMinutesRepository } from './activity-minutes.repository.js';
import { ActivityService } from './activity.service.js';

/** Activity of all processes, counted per minute. */
@Module({
  imports: [ownEntities([ActivityMinuteEntity])],
  providers: [ActivityMinutesRepository, ActivityService],
  exports: [ActivityMinutesRepository, ActivityService],
})
export class ActivityModule {}
