import { type Db } from 'pg-boss';
import { type EntityManager } from 'typeorm';

/** Lets pg-boss speak through a TypeORM transaction. */
export function transactionDatabase(manager: EntityManager): Db {
  const runner = manager.queryRunner;
  if (!runner) throw new Error('a job is added inside a transaction only');
  return {
    executeSql: async (text, values) => {
      const result = await runner.query(text, values, true);
      return { rows: result.records as unknown[] };
    },
  };
}
