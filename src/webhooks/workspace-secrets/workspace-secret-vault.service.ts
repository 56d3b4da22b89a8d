import { Injectable } from '@nestjs/common';
import { type Secret } from '../../common/secret.js';
import {
  type SealedRow,
  type SealedTable,
  SealedTablesRegistry,
} from '../../encryption/sealed-tables.registry.js';
import { VaultService } from '../../encryption/vault.service.js';
import { type WebhookSecretEntity } from './webhook-secret.entity.js';
import { WorkspaceSecretsRepository } from './workspace-secrets.repository.js';

/** Seals and opens workspaces' webhook secrets, each bound to its row; `hangar keys rotate` covers them by this. */
@Injectable()
export class WorkspaceSecretVaultService implements SealedTable {
  constructor(
    private readonly vault: VaultService,
    private readonly secrets: WorkspaceSecretsRepository,
    tables: SealedTablesRegistry,
  ) {
    tables.add(this);
  }

  /** @param id of the row that the secret will lie in */
  async seal(id: string, secret: Secret): Promise<string> {
    return this.vault.seal(secret, placeOf(id));
  }

  /** @throws {DomainError} where the key is missing or the text was changed */
  async open({ id, secret }: Pick<WebhookSecretEntity, 'id' | 'secret'>): Promise<Secret> {
    return this.vault.open(secret, placeOf(id));
  }

  async count(): Promise<number> {
    return this.secrets.count();
  }

  async pageAfter(id: string | undefined, limit: number): Promise<SealedRow[]> {
    return (await this.secrets.pageAfter(id, limit)).map((row) => this.sealedRow(row));
  }

  async newest(): Promise<SealedRow | undefined> {
    const row = await this.secrets.newest();
    return row && this.sealedRow(row);
  }

  private sealedRow(row: WebhookSecretEntity): SealedRow {
    return {
      id: row.id,
      texts: [row.secret],
      open: async () => void (await this.open(row)),
      reseal: async () => this.secrets.reseal(row, await this.seal(row.id, await this.open(row))),
    };
  }
}

function placeOf(id: string): string {
  return `webhook_secrets/${id}/secret`;
}
