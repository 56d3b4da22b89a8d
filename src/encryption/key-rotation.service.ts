import { Injectable } from '@nestjs/common';
import { DomainError } from '../common/domain-error.js';
import { type SealedRow, SealedTablesRegistry } from './sealed-tables.registry.js';
import { VaultService } from './vault.service.js';

const BATCH = 200;

/** The progress of a rotation. */
export interface RotationProgress {
  /** Rows processed. */
  readonly seen: number;
  /** All rows. */
  readonly total: number;
  /** Rows encrypted with the first of `HANGAR_ENCRYPTION_KEYS` by this run, or changed meanwhile. */
  readonly rotated: number;
  /** Rows that no configured key opens; they are not changed. */
  readonly unreadable: number;
  /** The keys other than the first that processed rows still need. */
  readonly stillNeeded: readonly string[];
}

/**
 * Encrypts all stored secrets with the first of `HANGAR_ENCRYPTION_KEYS`, in the format of this release. It can be stopped at
 * any time and run again.
 */
@Injectable()
export class KeyRotationService {
  constructor(
    private readonly tables: SealedTablesRegistry,
    private readonly vault: VaultService,
  ) {}

  /** Yields after each batch, and once for an empty table. */
  async *rotate(): AsyncGenerator<RotationProgress> {
    const total = await this.tables.count();
    const needed = new Set<string>();
    let [seen, rotated, unreadable] = [0, 0, 0];
    for await (const rows of this.tables.batches(BATCH)) {
      for (const row of rows) {
        const outcome = await this.rotateRow(row);
        if (outcome === 'rotated') rotated += 1;
        if (outcome === 'unreadable') unreadable += 1;
        if (outcome !== 'rotated') for (const kid of this.otherKeysOf(row)) needed.add(kid);
      }
      seen += rows.length;
      yield { seen, total, rotated, unreadable, stillNeeded: [...needed] };
    }
  }

  private async rotateRow(row: SealedRow): Promise<'current' | 'rotated' | 'unreadable'> {
    if (row.texts.every((text) => this.vault.isCurrent(text))) return 'current';
    try {
      await row.reseal();
      return 'rotated';
    } catch (error) {
      if (!(error instanceof DomainError)) throw error; // of the database: the run can be repeated
      return 'unreadable';
    }
  }

  private otherKeysOf({ texts }: SealedRow): string[] {
    return texts.map((text) => this.vault.keyIdOf(text)).filter((kid) => kid !== this.vault.currentKeyId);
  }
}
