import { Module } from '@nestjs/common';
import { ownEntities } from '../database/own-entities.js';
import { AuditModule } from '../audit/audit.module.js';
import { EncryptionModule } from '../encryption/encryption.module.js';
import { InstallationsModule } from '../installations/installations.module.js';
import { LifecycleModule } from '../lifecycle/lifecycle.module.js';
import { ObservabilityModule } from '../observability/observability.module.js';
import { PlaneModule } from '../plane/plane.module.js';
import { QueueModule } from '../queue/queue.module.js';
import { InstallationStatusService } from './installation-status.service.js';
import { RefreshFailuresService } from './refresh-failures.service.js';
import { TokenAdminService } from './token-admin.service.js';
import { TokenCacheService } from './token-cache.service.js';
import { TokenRevocationsService } from './token-revocations.service.js';
import { TokenRefreshService } from './token-refresh.service.js';
import { TokenMetricsService } from './token-metrics.service.js';
import { TokenStoreService } from './token-store.service.js';
import { TokenSupplyService } from './token-supply.service.js';
import { TokenTiming } from './token-timing.js';
import { TokenEntity } from './token.entity.js';
import { TokensRepository } from './tokens.repository.js';
import { TokensService } from './tokens.service.js';

/**
 * Bot and user tokens: encrypted at rest, refreshed when due, revoked by an uninstall. {@link TokensService} gives live
 * tokens, {@link TokenAdminService} is for operators; the other exports are for the job that refreshes by time.
 */
@Module({
  imports: [
    ownEntities([TokenEntity]),
    AuditModule,
    ObservabilityModule,
    PlaneModule,
    EncryptionModule,
    QueueModule,
    InstallationsModule,
    LifecycleModule,
  ],
  providers: [
    TokensRepository,
    TokenStoreService,
    TokenCacheService,
    RefreshFailuresService,
    TokenRefreshService,
    TokenRevocationsService,
    TokenSupplyService,
    TokensService,
    InstallationStatusService,
    TokenAdminService,
    TokenMetricsService,
    TokenTiming,
  ],
  exports: [
    TokensService,
    InstallationStatusService,
    TokenAdminService,
    TokenRefreshService,
    TokenStoreService,
    TokenTiming,
  ],
})
export class TokensModule {}
