import { DataSource } from 'typeorm';
import { requireCurrentSchema } from './migrator.js';

/** Checks that the database can be reached and has the schema of this release. */
export class SchemaCheckService {
  private constructor(private readonly dataSource: DataSource) {}

  /**
   * Checks the schema first, so that nothing else starts on an old one.
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
