import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { InstallationsModule } from '../installations/installations.module.js';
import { LifecycleModule } from '../lifecycle/lifecycle.module.js';
import { ObservabilityModule } from '../observability/observability.module.js';
import { PlaneModule } from '../plane/plane.module.js';
import { QueueModule } from '../queue/queue.module.js';
import { TokenEntity } from './token.entity.js';
import { InstallService } from './install.service.js';
import { KeyRingService } from './key-ring.service.js';
import { KeyRotationService } from './key-rotation.service.js';
import { RefusalInquiryService } from './refusal-inquiry.service.js';
import { RenewedGrantService } from './renewed-grant.service.js';
import { SealedTablesRegistry } from './sealed-tables.registry.js';
import { SealedTokensService } from './sealed-tokens.service.js';
import { TokenAdminService } from './token-admin.service.js';
import { TokenCacheService } from './token-cache.service.js';
import { TokenMetricsService } from './token-metrics.service.js';
import { TokenRemovalService } from './token-removal.service.js';
import { TokenRenewalService } from './token-renewal.service.js';
import { TokenStoreService } from './token-store.service.js';
import { TokenSupplyService } from './token-supply.service.js';
import { TokenTiming } from './token-timing.js';
import { TokensRepository } from './tokens.repository.js';
import { TokensService } from './tokens.service.js';
import { VaultService } from './vault.service.js';

/** Bot and user tokens: encrypted at rest, renewed on use, ended when the app is uninstalled. */
@Module({
  imports: [
    TypeOrmModule.forFeature([TokenEntity]),
    ObservabilityModule,
    PlaneModule,
    QueueModule,
    InstallationsModule,
    LifecycleModule,
  ],
  providers: [
    TokenTiming,
    VaultService,
    SealedTablesRegistry,
    TokensRepository,
    TokenStoreService,
    SealedTokensService,
    TokenCacheService,
    RenewedGrantService,
    RefusalInquiryService,
    TokenMetricsService,
    TokenRemovalService,
    TokenRenewalService,
    TokenSupplyService,
    TokensService,
    InstallService,
    KeyRingService,
    KeyRotationService,
    TokenAdminService,
  ],
  exports: [
    TokenTiming,
    VaultService,
    SealedTablesRegistry,
    TokensRepository,
    TokenStoreService,
    TokenRemovalService,
    TokenRenewalService,
    TokenSupplyService,
    TokensService,
    InstallService,
    KeyRingService,
    KeyRotationService,
    TokenAdminService,
  ],
})
export class TokensModule {}
