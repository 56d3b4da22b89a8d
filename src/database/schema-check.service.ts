import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { requireCurrentSchema } from './migrator.js';

/** Stops the start of a server whose database lacks a migration, and answers for readiness later on. */
@Injectable()
export class SchemaCheckService implements OnModuleInit {
  constructor(private readonly dataSource: DataSource) {}

  async onModuleInit(): Promise<void> {
    await this.requireReady();
  }

  /** @throws where the database cannot be reached or lacks a migration. */
  async requireReady(): Promise<void> {
    await requireCurrentSchema(this.dataSource);
  }
}
