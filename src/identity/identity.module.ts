import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { OperatorsService } from './operators.service.js';

/** Who the operators are: corporate SSO, their sessions and roles. */
@Module({
  imports: [AuditModule],
  providers: [OperatorsService],
  exports: [AuditModule, OperatorsService],
})
export class IdentityModule {}
