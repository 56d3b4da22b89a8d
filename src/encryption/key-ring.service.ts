import { Inject, Injectable } from '@nestjs/common';
import { type ConfigType } from '@nestjs/config';
import { encryptionConfig } from '../config/areas/encryption.config.js';
import { type SealedTable, SealedTablesRegistry } from './sealed-tables.registry.js';
import { VaultService } from './vault.service.js';

const PAGE = 1000;

/** Which of the configured keys the stored secrets need. */
export interface KeyRingSurvey {
  /** How many keys are configured. */
  readonly keys: number;
  /** The counts of rows by missing key: they need it, and it is not configured. */
  readonly missing: Readonly<Record<string, number>>;
  /** Configured keys after the first that no row needs. */
  readonly unused: readonly string[];
  /** False where the row that changed last, of any table, cannot be opened. */
  readonly newestOpens: boolean;
}

/** Checks which keys the stored secrets need. */
@Injectable()
export class KeyRingService {
  constructor(
    @Inject(encryptionConfig.KEY) private readonly config: ConfigType<typeof encryptionConfig>,
    private readonly tables: SealedTablesRegistry,
    private readonly vault: VaultService,
  ) {}

  /** Reads the headers of every row, and opens one row of each table. */
  async survey(): Promise<KeyRingSurvey> {
    const rowsByKey = new Map<string, number>();
    for (const table of this.tables.all()) await this.countByKey(table, rowsByKey);
    const configured = this.config.encryptionKeys.map(({ kid }) => kid);
    const missing = [...rowsByKey].filter(([kid]) => !configured.includes(kid));
    const opens = await Promise.all(this.tables.all().map(newestOpens));
    return {
      keys: configured.length,
      missing: Object.fromEntries(missing),
      unused: configured.slice(1).filter((kid) => !rowsByKey.has(kid)),
      newestOpens: opens.every(Boolean),
    };
  }

  private async countByKey(table: SealedTable, counts: Map<string, number>): Promise<void> {
    for (let after: string | undefined; ;) {
      const rows = await table.pageAfter(after, PAGE);
      for (const { texts } of rows)
        for (const kid of new Set(texts.map((text) => this.vault.keyIdOf(text))))
          counts.set(kid, (counts.get(kid) ?? 0) + 1);
      after = rows.at(-1)?.id;
      if (rows.length < PAGE) return;
    }
  }
}

async function newestOpens(table: SealedTable): Promise<boolean> {
  const row = await table.newest();
  if (!row) return true;
  return row.open().then(
    () => true,
    () => false,
  );
}
