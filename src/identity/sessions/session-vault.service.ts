import { Injectable } from '@nestjs/common';
import { IsNull, Not } from 'typeorm';
import { type Secret } from '../../common/secret.js';
import { type SealedRow, SealedTablesRegistry } from '../../encryption/sealed-tables.registry.js';
import { VaultService } from '../../encryption/vault.service.js';
import { ConsoleSessionEntity } from './console-session.entity.js';
import { SessionsRepository } from './sessions.repository.js';

/** Encrypts the id tokens of sessions, each bound to its row; `hangar keys rotate` re-encrypts them. */
@Injectable()
export class SessionVaultService {
  constructor(
    private readonly vault: VaultService,
    private readonly sessions: SessionsRepository,
    tables: SealedTablesRegistry,
  ) {
    const where = { idToken: Not(IsNull()) };
    tables.add({
      entity: ConsoleSessionEntity,
      where,
      newest: { where, order: { createdAt: 'DESC' } },
      sealedRow: (row) => this.sealedRow(row),
    });
  }

  /** @param idHash of the row that will store the token */
  async seal(idHash: string, idToken: Secret): Promise<string> {
    return this.vault.seal(idToken, bindingOf(idHash));
  }

  /** @throws {DomainError} the key is missing, or the text was changed */
  async open(idHash: string, sealed: string): Promise<Secret> {
    return this.vault.open(sealed, bindingOf(idHash));
  }

  private sealedRow(row: ConsoleSessionEntity): SealedRow {
    const open = async (): Promise<Secret> => this.open(row.idHash, row.idToken ?? '');
    return {
      id: row.idHash,
      texts: row.idToken === null ? [] : [row.idToken],
      open: async () => void (await open()),
      reseal: async () => this.sessions.reseal(row, await this.seal(row.idHash, await open())),
    };
  }
}

function bindingOf(idHash: string): string {
  return `console_sessions/${idHash}/id_token`;
}
