import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { EncryptionModule } from '../encryption/encryption.module.js';
import { InstallationsModule } from '../installations/installations.module.js';
import { LifecycleModule } from '../lifecycle/lifecycle.module.js';
import { ObservabilityModule } from '../observability/observability.module.js';
import { PlaneModule } from '../plane/plane.module.js';
import { QueueModule } from '../queue/queue.module.js';
import { TokenEntity } from './token.entity.js';
import { InstallAppService } from './install-app.service.js';
import { RefreshFailureClassifier } from './refresh-failure.classifier.js';
import { TokenGrantService } from './token-grant.service.js';
import { SealedTokensService } from './sealed-tokens.service.js';
import { TokenAdminService } from './token-admin.service.js';
import { TokenCacheService } from './token-cache.service.js';
import { TokenMetricsService } from './token-metrics.service.js';
import { TokenRemovalService } from './token-removal.service.js';
import { TokenRefreshService } from './token-refresh.service.js';
import { TokenStoreService } from './token-store.service.js';
import { TokenSupplyService } from './token-supply.service.js';
import { TokenTiming } from './token-timing.js';
import { TokensRepository } from './tokens.repository.js';
import { TokensService } from './tokens.service.js';

/** Bot and user tokens: encrypted at rest, renewed on use, ended when the app is uninstalled. */
@Module({
  imports: [
    TypeOrmModule.forFeature([TokenEntity]),
    ObservabilityModule,
    PlaneModule,
    EncryptionModule,
    QueueModule,
    InstallationsModule,
    LifecycleModule,
  ],
  providers: [
    TokenTiming,
    TokensRepository,
    TokenStoreService,
    SealedTokensService,
    TokenCacheService,
    TokenGrantService,
    RefreshFailureClassifier,
    TokenMetricsService,
    TokenRemovalService,
    TokenRefreshService,
    TokenSupplyService,
    TokensService,
    InstallAppService,
    TokenAdminService,
  ],
  exports: [
    TokenTiming,
    TokensRepository,
    TokenStoreService,
    TokenRemovalService,
    TokenRefreshService,
    TokenSupplyService,
    TokensService,
    InstallAppService,
    TokenAdminService,
  ],
})
export class TokensModule {}
