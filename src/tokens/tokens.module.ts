import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { PlaneModule } from '../plane/plane.module.js';
import { TokenEntity } from './token.entity.js';
import { KeyRotationService } from './key-rotation.service.js';
import { TokenClaimsService } from './token-claims.service.js';
import { TokenRenewalService } from './token-renewal.service.js';
import { TokenStoreService } from './token-store.service.js';
import { TokensRepository } from './tokens.repository.js';
import { TokensService } from './tokens.service.js';
import { VaultService } from './vault.service.js';

/** Bot and user tokens: encrypted at rest, renewed on use. */
@Module({
  imports: [TypeOrmModule.forFeature([TokenEntity]), PlaneModule],
  providers: [
    VaultService,
    TokensRepository,
    TokenStoreService,
    TokenRenewalService,
    TokenClaimsService,
    KeyRotationService,
    TokensService,
  ],
  exports: [KeyRotationService, TokensService, TokenClaimsService, TokenRenewalService],
})
export class TokensModule {}
