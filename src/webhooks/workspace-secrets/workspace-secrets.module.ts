import { Module } from '@nestjs/common';
import { ownEntities } from '../../database/own-entities.js';
import { EncryptionModule } from '../../encryption/encryption.module.js';
import { InstallationsModule } from '../../installations/installations.module.js';
import { DeliveriesModule } from '../deliveries/deliveries.module.js';
import { WebhookSecretEntity } from './webhook-secret.entity.js';
import { WorkspaceOfKeyService } from './workspace-of-key.service.js';
import { WorkspaceSecretVaultService } from './workspace-secret-vault.service.js';
import { WorkspaceSecretsCache } from './workspace-secrets.cache.js';
import { WorkspaceSecretsRepository } from './workspace-secrets.repository.js';
import { WorkspaceSecretsService } from './workspace-secrets.service.js';

/** Webhook secrets of single workspaces. */
@Module({
  imports: [ownEntities([WebhookSecretEntity]), InstallationsModule, EncryptionModule, DeliveriesModule],
  providers: [
    WorkspaceSecretsRepository,
    WorkspaceSecretVaultService,
    WorkspaceSecretsService,
    WorkspaceSecretsCache,
    WorkspaceOfKeyService,
  ],
  exports: [WorkspaceSecretsService, WorkspaceSecretsCache],
})
export class WorkspaceSecretsModule {}
