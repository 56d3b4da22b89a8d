import { Injectable } from '@nestjs/common';
import { HangarConfig } from '../config/hangar-config.js';
import { type TokenEntity } from './token.entity.js';
import { TokenStoreService } from './token-store.service.js';
import { TokensRepository } from './tokens.repository.js';
import { VaultService } from './vault.service.js';

const PAGE = 1000;

/** What the stored tokens and the configured keys make of each other. */
export interface KeyRingSurvey {
  /** How many keys are configured. */
  readonly keys: number;
  /** Rows by the key that they need and that is not configured. */
  readonly missing: Readonly<Record<string, number>>;
  /** Configured keys after the first that no row needs. */
  readonly unused: readonly string[];
  /** False where the row that changed last does not open. */
  readonly newestOpens: boolean;
}

/** Looks at which keys the stored tokens need. */
@Injectable()
export class KeyRingService {
  constructor(
    private readonly config: HangarConfig,
    private readonly tokens: TokensRepository,
    private readonly store: TokenStoreService,
    private readonly vault: VaultService,
  ) {}

  /** Reads every row's headers, and opens one row. */
  async survey(): Promise<KeyRingSurvey> {
    const rowsByKey = await this.countByKey();
    const configured = this.config.encryptionKeys.map(({ kid }) => kid);
    const missing = [...rowsByKey].filter(([kid]) => !configured.includes(kid));
    return {
      keys: configured.length,
      missing: Object.fromEntries(missing),
      unused: configured.slice(1).filter((kid) => !rowsByKey.has(kid)),
      newestOpens: await this.newestOpens(),
    };
  }

  private async countByKey(): Promise<Map<string, number>> {
    const counts = new Map<string, number>();
    for (let after: string | undefined; ;) {
      const rows = await this.tokens.pageAfter(after, PAGE);
      for (const row of rows)
        for (const kid of new Set(this.keysOf(row))) counts.set(kid, (counts.get(kid) ?? 0) + 1);
      after = rows.at(-1)?.id;
      if (rows.length < PAGE) return counts;
    }
  }

  private keysOf({ accessToken, refreshToken, previousRefreshToken }: TokenEntity): string[] {
    return [accessToken, refreshToken, previousRefreshToken]
      .filter((text) => text !== null)
      .map((text) => this.vault.keyIdOf(text));
  }

  private async newestOpens(): Promise<boolean> {
    const row = await this.tokens.newest();
    if (!row) return true;
    return this.store.open(row, performance.now()).then(
      () => true,
      () => false,
    );
  }
}
