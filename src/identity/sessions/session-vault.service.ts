import { Injectable } from '@nestjs/common';
import { type Secret } from '../../common/secret.js';
import { type SealedRow, type SealedTable, SealedTablesRegistry } from '../../encryption/sealed-tables.registry.js';
import { VaultService } from '../../encryption/vault.service.js';
import { type ConsoleSessionEntity } from './console-session.entity.js';
import { SessionsRepository } from './sessions.repository.js';

/** Encrypts the id tokens of sessions, each bound to its row; `hangar keys rotate` re-encrypts them. */
@Injectable()
export class SessionVaultService implements SealedTable {
  constructor(
    private readonly vault: VaultService,
    private readonly sessions: SessionsRepository,
    tables: SealedTablesRegistry,
  ) {
    tables.add(this);
  }

  /** @param idHash of the row that will store the token */
  async seal(idHash: string, idToken: Secret): Promise<string> {
    return this.vault.seal(idToken, bindingOf(idHash));
  }

  /** @throws {DomainError} the key is missing, or the text was changed */
  async open(idHash: string, sealed: string): Promise<Secret> {
    return this.vault.open(sealed, bindingOf(idHash));
  }

  async count(): Promise<number> {
    return this.sessions.count();
  }

  async pageAfter(id: string | undefined, limit: number): Promise<SealedRow[]> {
    return (await this.sessions.pageAfter(id, limit)).map((row) => this.sealedRow(row));
  }

  async newest(): Promise<SealedRow | undefined> {
    const row = await this.sessions.newest();
    return row && this.sealedRow(row);
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
