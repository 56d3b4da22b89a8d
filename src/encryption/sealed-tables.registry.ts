import { Injectable } from '@nestjs/common';

/** A row that holds texts which the vault sealed. */
export interface SealedRow {
  readonly id: string;
  readonly texts: readonly string[];
  /** @throws {DomainError} where a text does not open */
  open(): Promise<void>;
  /** Seals its texts anew with the first key, unless the row was changed meanwhile. @throws as `open` */
  reseal(): Promise<void>;
}

/** A table with such rows. */
export interface SealedTable {
  count(): Promise<number>;
  /** Rows in the order of their ids, from the one after `id`. */
  pageAfter(id: string | undefined, limit: number): Promise<SealedRow[]>;
  /** The row that changed last, of those that hold anything. */
  newest(): Promise<SealedRow | undefined>;
}

/** Every table that holds secrets; modules of higher layers add theirs. */
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
