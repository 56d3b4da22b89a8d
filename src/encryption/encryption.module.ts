import { Module } from '@nestjs/common';
import { ObservabilityModule } from '../observability/observability.module.js';
import { FingerprintsService } from './fingerprints.service.js';
import { KeyRingService } from './key-ring.service.js';
import { KeyRotationService } from './key-rotation.service.js';
import { SealedTablesRegistry } from './sealed-tables.registry.js';
import { VaultService } from './vault.service.js';

/** Encrypts secrets at rest with the keys of `HANGAR_ENCRYPTION_KEYS`, and rotates the keys. */
@Module({
  imports: [ObservabilityModule],
  providers: [FingerprintsService, VaultService, SealedTablesRegistry, KeyRingService, KeyRotationService],
  exports: [FingerprintsService, VaultService, SealedTablesRegistry, KeyRingService, KeyRotationService],
})
export class EncryptionModule {}
