import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { EmbeddedPostgres, migrateDatabase } from '../built.ts';
import { type StartedParts } from './started-parts.ts';

const TEMPLATE = 'migrated';

type RunningPostgres = Awaited<ReturnType<typeof EmbeddedPostgres.open>>;

/** A PostgreSQL of the bench's own with the settings that Hangar's embedded one has, in a temporary folder. */
export class BenchPostgres {
  private readonly postgres: RunningPostgres;
  private made = 0;

  private constructor(postgres: RunningPostgres) {
    this.postgres = postgres;
  }

  /** Starts it, with a template that has Hangar's schema. */
  static async start(parts: StartedParts): Promise<BenchPostgres> {
    const dataDir = mkdtempSync(join(tmpdir(), 'hangar-bench-'));
    chmodSync(dataDir, 0o755);
    const opening = EmbeddedPostgres.open({ dataDir, exclusive: true });
    parts.add(async () => {
      await opening.then((postgres) => postgres.close()).finally(() => rmSync(dataDir, { recursive: true }));
    });
    const started = new BenchPostgres(await opening);
    await started.onServer(`CREATE DATABASE ${TEMPLATE}`);
    await migrateDatabase(started.postgres.urlOf(TEMPLATE));
    return started;
  }

  /** Runs `use` with a fresh database that nothing else is written beside, and drops it. */
  async withDatabase<T>(use: (url: string) => Promise<T>): Promise<T> {
    this.made += 1;
    const name = `bench_${this.made}`;
    await this.onServer(`CREATE DATABASE ${name} TEMPLATE ${TEMPLATE}`);
    await this.onServer('CHECKPOINT');
    try {
      return await use(this.postgres.urlOf(name));
    } finally {
      await this.onServer(`DROP DATABASE ${name} WITH (FORCE)`).catch(() => undefined); // it goes with the folder
    }
  }

  private async onServer(sql: string): Promise<void> {
    await runStatement(this.postgres.urlOf('postgres'), sql);
  }
}

/** Runs one statement on a connection of its own. */
export async function runStatement(url: string, sql: string, values: unknown[] = []): Promise<void> {
  await queryRows(url, sql, values);
}

/** The same, for what it finds. */
export async function queryRows<T extends object>(url: string, sql: string, values: unknown[] = []): Promise<T[]> {
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined); // told by the rejection
  await client.connect();
  try {
    return (await client.query<T>(sql, values)).rows;
  } finally {
    await client.end();
  }
}
