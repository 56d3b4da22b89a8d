import { Module } from '@nestjs/common';
import { CallBudgetRetentionService } from './call-budget-retention.service.js';
import { PlaneModule } from './plane.module.js';

/** The role `scheduler`: deletes call budgets that are no longer used. */
@Module({
  imports: [PlaneModule],
  providers: [CallBudgetRetentionService],
})
export class PlaneRetentionModule {}
