import { Module } from '@nestjs/common';
import { ownEntities } from '../../database/own-entities.js';
import { WorkItemLookupEntity } from './work-item-lookup.entity.js';
import { WorkItemLookupsRepository } from './work-item-lookups.repository.js';
import { WorkItemProjectsService } from './work-item-projects.service.js';

/** The projects of work items. */
@Module({
  imports: [ownEntities([WorkItemLookupEntity])],
  providers: [WorkItemLookupsRepository, WorkItemProjectsService],
  exports: [WorkItemLookupsRepository, WorkItemProjectsService],
})
export class WorkItemProjectsModule {}
