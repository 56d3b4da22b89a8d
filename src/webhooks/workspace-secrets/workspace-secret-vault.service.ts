import { Injectable } from '@nestjs/common';
import { type Secret } from '../../common/secret.js';
import { FingerprintsService } from '../../encryption/fingerprints.service.js';
import { type SealedRow, SealedTablesRegistry } from '../../encryption/sealed-tables.registry.js';
import { VaultService } from '../../encryption/vault.service.js';
import { WebhookSecretEntity } from './webhook-secret.entity.js';
import { WorkspaceSecretsRepository } from './workspace-secrets.repository.js';

/** Encrypts and decrypts workspace secrets, each bound to its row; `hangar keys rotate` finds them through this. */
@Injectable()
export class WorkspaceSecretVaultService {
  constructor(
    private readonly vault: VaultService,
    private readonly fingerprints: FingerprintsService,
    private readonly secrets: WorkspaceSecretsRepository,
    tables: SealedTablesRegistry,
  ) {
    tables.add({
      entity: WebhookSecretEntity,
      newest: { order: { setAt: 'DESC' } },
      sealedRow: (row) => this.sealedRow(row),
    });
  }

  /** @param id of the row that will store the secret */
  async seal(id: string, secret: Secret): Promise<string> {
    return this.vault.seal(secret, bindingOf(id));
  }

  /** @throws {DomainError} where the key is missing or the text was modified */
  async open({ id, secret }: Pick<WebhookSecretEntity, 'id' | 'secret'>): Promise<Secret> {
    return this.vault.open(secret, bindingOf(id));
  }

  private sealedRow(row: WebhookSecretEntity): SealedRow {
    return {
      id: row.id,
      texts: [row.secret],
      open: async () => void (await this.open(row)),
      reseal: async () => {
        const secret = await this.open(row);
        const fingerprint = this.fingerprints.of(secret);
        await this.secrets.reseal(row, { secret: await this.seal(row.id, secret), fingerprint });
      },
    };
  }
}

function bindingOf(id: string): string {
  return `webhook_secrets/${id}/secret`;
}
