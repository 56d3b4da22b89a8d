import { Module } from '@nestjs/common';
import { ownEntities } from '../database/own-entities.js';
import { ObservabilityModule } from '../observability/observability.module.js';
import { CallBudgetEntity } from './call-budget.entity.js';
import { CallBudgetsRepository } from './call-budgets.repository.js';
import { CallBudgetsService } from './call-budgets.service.js';
import { PlaneClientFactory } from './plane-client.factory.js';
import { PlaneClockService } from './plane-clock.service.js';
import { PlaneKeyService } from './plane-key.service.js';
import { PlaneExchangeService } from './plane-exchange.service.js';
import { PlaneHealthService } from './plane-health.service.js';
import { PlaneOAuthService } from './plane-oauth.service.js';
import { PlaneTiming } from './plane-timing.js';

/** Plane's API: the SDK with time-outs, retries, call budgets and errors without secrets. */
@Module({
  imports: [ownEntities([CallBudgetEntity]), ObservabilityModule],
  providers: [
    CallBudgetsRepository,
    CallBudgetsService,
    PlaneClockService,
    PlaneExchangeService,
    PlaneHealthService,
    PlaneTiming,
    PlaneOAuthService,
    PlaneClientFactory,
    PlaneKeyService,
  ],
  exports: [
    CallBudgetsRepository,
    PlaneOAuthService,
    PlaneClientFactory,
    PlaneKeyService,
    PlaneHealthService,
    PlaneTiming,
  ],
})
export class PlaneModule {}
