import { Injectable } from '@nestjs/common';
import { TokenStoreService } from './token-store.service.js';
import { type TokenEntity } from './token.entity.js';
import { TokensRepository } from './tokens.repository.js';
import { VaultService } from './vault.service.js';

const BATCH = 200;

/** How far a rotation has got. */
export interface RotationProgress {
  /** Rows looked at. */
  readonly seen: number;
  /** Rows there are. */
  readonly total: number;
  /** Rows encrypted anew by this run. */
  readonly rotated: number;
  /** Rows that no configured key opens; they stay as they are. */
  readonly unreadable: number;
  /** The keys, beside the first one, that rows seen so far still need. */
  readonly stillNeeded: readonly string[];
}

/** Encrypts stored tokens anew with the first key. It can be stopped at any time and begun again. */
@Injectable()
export class KeyRotationService {
  constructor(
    private readonly tokens: TokensRepository,
    private readonly vault: VaultService,
    private readonly store: TokenStoreService,
  ) {}

  /** Yields after each batch, and once where there is nothing. */
  async *rotate(): AsyncGenerator<RotationProgress> {
    const total = await this.tokens.count();
    const needed = new Set<string>();
    let [seen, rotated, unreadable] = [0, 0, 0];
    for (let after: string | undefined; ;) {
      const rows = await this.tokens.pageAfter(after, BATCH);
      for (const row of rows) {
        const outcome = await this.rotateRow(row);
        if (outcome === 'rotated') rotated += 1;
        if (outcome === 'unreadable') unreadable += 1;
        if (outcome !== 'rotated') for (const kid of this.otherKeysOf(row)) needed.add(kid);
      }
      seen += rows.length;
      yield { seen, total, rotated, unreadable, stillNeeded: [...needed] };
      after = rows.at(-1)?.id;
      if (rows.length < BATCH) return;
    }
  }

  /** A row that a renewal changes meanwhile is encrypted with the first key by that. */
  private async rotateRow(row: TokenEntity): Promise<'current' | 'rotated' | 'unreadable'> {
    if (this.otherKeysOf(row).length === 0) return 'current';
    try {
      const sealed = await this.store.resealed(row);
      await this.tokens.reseal(row, sealed);
      return 'rotated';
    } catch {
      return 'unreadable';
    }
  }

  private otherKeysOf({ accessToken, refreshToken, previousRefreshToken }: TokenEntity): string[] {
    return [accessToken, refreshToken, previousRefreshToken]
      .filter((text) => text !== null)
      .map((text) => this.vault.keyIdOf(text))
      .filter((kid) => kid !== this.vault.currentKeyId);
  }
}
