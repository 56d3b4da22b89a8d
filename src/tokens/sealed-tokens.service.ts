import { Injectable } from '@nestjs/common';
import {
  type SealedRow,
  type SealedTable,
  SealedTablesRegistry,
} from '../encryption/sealed-tables.registry.js';
import { TokenStoreService } from './token-store.service.js';
import { type TokenEntity } from './token.entity.js';
import { TokensRepository } from './tokens.repository.js';

/** The tokens, as rows that hold secrets. */
@Injectable()
export class SealedTokensService implements SealedTable {
  constructor(
    private readonly tokens: TokensRepository,
    private readonly store: TokenStoreService,
    tables: SealedTablesRegistry,
  ) {
    tables.add(this);
  }

  async count(): Promise<number> {
    return this.tokens.count();
  }

  async pageAfter(id: string | undefined, limit: number): Promise<SealedRow[]> {
    return (await this.tokens.pageAfter(id, limit)).map((row) => this.sealedRow(row));
  }

  async newest(): Promise<SealedRow | undefined> {
    const row = await this.tokens.newest();
    return row && this.sealedRow(row);
  }

  /** A row that a renewal changes meanwhile is encrypted with the first key by that. */
  private sealedRow(row: TokenEntity): SealedRow {
    const { id, accessToken, refreshToken, previousRefreshToken } = row;
    return {
      id,
      texts: [accessToken, refreshToken, previousRefreshToken].filter((text) => text !== null),
      open: async () => void (await this.store.open(row, performance.now())),
      reseal: async () => this.tokens.reseal(row, await this.store.resealed(row)),
    };
  }
}
