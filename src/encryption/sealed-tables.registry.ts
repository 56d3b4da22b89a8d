import { Injectable } from '@nestjs/common';
import {
  DataSource,
  type EntityTarget,
  type FindManyOptions,
  type FindOptionsOrder,
  type FindOptionsWhere,
  MoreThan,
  type ObjectLiteral,
} from 'typeorm';

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
export interface SealedTable<Row extends ObjectLiteral> {
  readonly entity: EntityTarget<Row>;
  /** The rows that have secrets; default all. */
  readonly where?: FindOptionsWhere<Row>;
  /** Finds the row with secrets that changed last. */
  readonly newest: Pick<FindManyOptions<Row>, 'where' | 'order'>;
  readonly sealedRow: (row: Row) => SealedRow;
}

/** Every table with encrypted secrets; modules of higher layers add theirs. */
@Injectable()
export class SealedTablesRegistry {
  private readonly tables: SealedTable<ObjectLiteral>[] = [];

  constructor(private readonly dataSource: DataSource) {}

  add<Row extends ObjectLiteral>(table: SealedTable<Row>): void {
    this.tables.push(table as unknown as SealedTable<ObjectLiteral>);
  }

  /** How many rows all tables have. */
  async count(): Promise<number> {
    const counts = await Promise.all(
      this.tables.map(({ entity, where = {} }) => this.dataSource.getRepository(entity).countBy(where)),
    );
    return counts.reduce((sum, count) => sum + count, 0);
  }

  /** Reads the rows of every table, in the order of their ids; yields an empty batch for an empty table. */
  async *batches(size: number): AsyncGenerator<SealedRow[]> {
    for (const { entity, where, sealedRow } of this.tables) {
      const table = this.dataSource.getRepository(entity);
      const key = table.metadata.primaryColumns[0]?.propertyName ?? '';
      const order: FindOptionsOrder<ObjectLiteral> = { [key]: 'ASC' };
      for (let after: string | undefined; ;) {
        const page = after === undefined ? where : { ...where, [key]: MoreThan(after) };
        const rows = (await table.find({ ...(page && { where: page }), order, take: size })).map(sealedRow);
        yield rows;
        after = rows.at(-1)?.id;
        if (rows.length < size) break;
      }
    }
  }

  /** The row of each table whose secrets changed last. */
  async newest(): Promise<SealedRow[]> {
    const found = await Promise.all(
      this.tables.map(async ({ entity, newest, sealedRow }) => {
        const rows = await this.dataSource.getRepository(entity).find({ ...newest, take: 1 });
        return rows.map(sealedRow);
      }),
    );
    return found.flat();
  }
}
