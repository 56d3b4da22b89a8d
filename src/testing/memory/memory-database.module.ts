import { Global, Module } from '@nestjs/common';
import { DataSource, type EntityManager, EntityManager as Manager } from 'typeorm';
import { POOLING } from '../../database/database.module.js';
import { VirtualClock } from './virtual-clock.js';
import { withoutDatabase } from './no-database.js';

/** What stands for a transaction: what is in memory is changed at once. */
export const TRANSACTION = withoutDatabase('a transaction', { queryRunner: {} }) as EntityManager;

const repository = withoutDatabase('a repository', { manager: TRANSACTION, metadata: { columns: [] } });

const DATA_SOURCE = withoutDatabase('the data source', {
  options: { type: 'postgres' },
  entityMetadatas: [],
  subscribers: [],
  manager: TRANSACTION,
  getRepository: () => repository,
  getMetadata: () => ({ columns: [] }),
  transaction: async (work: (transaction: EntityManager) => Promise<unknown>) => work(TRANSACTION),
});

/** In place of the connection pool. */
@Global()
@Module({
  providers: [
    VirtualClock,
    { provide: DataSource, useValue: DATA_SOURCE },
    { provide: Manager, useValue: TRANSACTION },
    { provide: POOLING, useValue: 'none' },
  ],
  exports: [VirtualClock, DataSource, Manager, POOLING],
})
export class MemoryDatabaseModule {}
