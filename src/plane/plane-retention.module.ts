import { Module } from '@nestjs/common';
import { CallBudgetRetentionService } from './call-budget-retention.service.js';
import { PlaneModule } from './plane.module.js';

/** The role `scheduler`: budgets of calls are deleted when nobody uses them any more. */
@Module({
  imports: [PlaneModule],
  providers: [CallBudgetRetentionService],
})
export class PlaneRetentionModule {}
