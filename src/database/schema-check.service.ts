import { DataSource } from 'typeorm';
import { requireCurrentSchema } from './migrator.js';

/** Answers whether the database can be reached and has the schema of this release. */
export class SchemaCheckService {
  private constructor(private readonly dataSource: DataSource) {}

  /**
   * Made only on a current schema, so that nothing else starts on an old one.
   *
   * @throws {DomainError} where the database lacks a migration
   */
  static async on(dataSource: DataSource): Promise<SchemaCheckService> {
    const check = new SchemaCheckService(dataSource);
    await check.requireReady();
    return check;
  }

  /** @throws where the database cannot be reached or lacks a migration. */
  async requireReady(): Promise<void> {
    await requireCurrentSchema(this.dataSource);
  }
}
