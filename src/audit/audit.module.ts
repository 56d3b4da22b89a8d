import { Module } from '@nestjs/common';
import { ownEntities } from '../database/own-entities.js';
import { AuditAnchorsSubscriber } from './audit-anchors.subscriber.js';
import { AuditHeadEntity } from './audit-head.entity.js';
import { AuditLogEntity } from './audit-log.entity.js';
import { AuditLogRepository } from './audit-log.repository.js';
import { AuditLogService } from './audit-log.service.js';
import { AuditService } from './audit.service.js';

/** The audit log: append-only, chained by hashes. */
@Module({
  imports: [ownEntities([AuditLogEntity, AuditHeadEntity])],
  providers: [AuditLogRepository, AuditAnchorsSubscriber, AuditService, AuditLogService],
  exports: [AuditService, AuditLogService],
})
export class AuditModule {}
