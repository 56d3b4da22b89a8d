import { Module } from '@nestjs/common';
import { AuditService } from './audit.service.js';

/** Who did what to what, when, from where, with what outcome. */
@Module({
  providers: [AuditService],
  exports: [AuditService],
})
export class AuditModule {}
