import { Inject, Injectable } from '@nestjs/common';
import { type ConfigType } from '@nestjs/config';
import { encryptionConfig } from '../config/areas/encryption.config.js';
import { type SealedRow, SealedTablesRegistry } from './sealed-tables.registry.js';
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
    for await (const rows of this.tables.batches(PAGE))
      for (const { texts } of rows)
        for (const kid of new Set(texts.map((text) => this.vault.keyIdOf(text))))
          rowsByKey.set(kid, (rowsByKey.get(kid) ?? 0) + 1);
    const configured = this.config.encryptionKeys.map(({ kid }) => kid);
    const missing = [...rowsByKey].filter(([kid]) => !configured.includes(kid));
    const opens = await Promise.all((await this.tables.newest()).map(opensWithKeys));
    return {
      keys: configured.length,
      missing: Object.fromEntries(missing),
      unused: configured.slice(1).filter((kid) => !rowsByKey.has(kid)),
      newestOpens: opens.every(Boolean),
    };
  }
}

async function opensWithKeys(row: SealedRow): Promise<boolean> {
  return row.open().then(
    () => true,
    () => false,
  );
}
