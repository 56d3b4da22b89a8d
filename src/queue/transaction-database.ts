import { type Db } from 'pg-boss';
import { type EntityManager } from 'typeorm';

/** Makes pg-boss run its statements in a TypeORM transaction. */
export function transactionDatabase(manager: EntityManager): Db {
  const runner = manager.queryRunner;
  if (!runner) throw new Error('jobs can only be added inside a transaction');
  return {
    executeSql: async (text, values) => {
      const result = await runner.query(text, values, true);
      return { rows: result.records as unknown[] };
    },
  };
}
