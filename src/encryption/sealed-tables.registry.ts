import { Injectable } from '@nestjs/common';

/** A row with texts that the vault encrypted. */
export interface SealedRow {
  readonly id: string;
  readonly texts: readonly string[];
  /** @throws {DomainError} a text cannot be decrypted */
  open(): Promise<void>;
  /** Encrypts its texts with the first key, unless the row has changed meanwhile. @throws as `open` */
  reseal(): Promise<void>;
}

/** A table with such rows. */
export interface SealedTable {
  count(): Promise<number>;
  /** Rows in the order of their ids, from the one after `id`. */
  pageAfter(id: string | undefined, limit: number): Promise<SealedRow[]>;
  /** The row with secrets that changed last. */
  newest(): Promise<SealedRow | undefined>;
}

/** Every table with encrypted secrets; modules of higher layers add theirs. */
@Injectable()
export class SealedTablesRegistry {
  private readonly tables: SealedTable[] = [];

  add(table: SealedTable): void {
    this.tables.push(table);
  }

  all(): readonly SealedTable[] {
    return this.tables;
  }
}
