import { Module } from '@nestjs/common';
import { ownEntities } from '../../database/own-entities.js';
import { InstallationsModule } from '../../installations/installations.module.js';
import { HandlerStoreParticipant } from './handler-store.participant.js';
import { HandlerStoreService } from './handler-store.service.js';
import { HandlerValueEntity } from './handler-value.entity.js';
import { HandlerValuesRepository } from './handler-values.repository.js';
import { OnceRecordEntity } from './once-record.entity.js';
import { OnceRecordsRepository } from './once-records.repository.js';
import { OnceService } from './once.service.js';

/** What handlers store: values, and which work is done. */
@Module({
  imports: [InstallationsModule, ownEntities([HandlerValueEntity, OnceRecordEntity])],
  providers: [
    HandlerValuesRepository,
    OnceRecordsRepository,
    HandlerStoreService,
    OnceService,
    HandlerStoreParticipant,
  ],
  exports: [HandlerStoreService, OnceService, OnceRecordsRepository],
})
export class HandlerStoreModule {}
