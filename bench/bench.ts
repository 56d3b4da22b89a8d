import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Contestant } from './contestants.ts';
import { BenchPostgres } from './harness/bench-postgres.ts';
import { Child } from './harness/child.ts';
import { Sender } from './harness/sender.ts';
import { type Server, Servers } from './harness/servers.ts';
import { Starts } from './harness/starts.ts';
import { type StartedParts } from './harness/started-parts.ts';
import { type Options, type Sizes } from './options.ts';

/** What every measurement works with: PostgreSQL, the load generator, and servers when they are needed. */
export class Bench {
  readonly sizes: Sizes;
  readonly postgres: BenchPostgres;
  readonly servers: Servers;
  readonly starts: Starts;
  private readonly generator: Child;

  private constructor(sizes: Sizes, postgres: BenchPostgres, servers: Servers, starts: Starts, generator: Child) {
    this.sizes = sizes;
    this.postgres = postgres;
    this.servers = servers;
    this.starts = starts;
    this.generator = generator;
  }

  /** Starts what is shared; `parts` stops it. */
  static async start({ sizes, profileFolder }: Options, parts: StartedParts): Promise<Bench> {
    const folder = mkdtempSync(join(tmpdir(), 'hangar-bench-logs-'));
    parts.add(async () => rmSync(folder, { recursive: true }));
    const postgres = await BenchPostgres.start(parts);
    const generator = await Child.start(
      {
        entry: 'load/load-process.ts',
        environment: {},
        logFile: join(folder, 'load.log'),
        nodeArguments: [],
      },
      parts,
    );
    return new Bench(sizes, postgres, new Servers(parts, folder, profileFolder), new Starts(parts, folder), generator);
  }

  /** Runs `use` with the contestants started on a fresh database that `prepare` has filled. */
  async with<T>(
    contestants: readonly Contestant[],
    use: (sender: Sender, ...servers: [Server, ...Server[]]) => Promise<T>,
    prepare: (databaseUrl: string) => Promise<void> = async () => undefined,
  ): Promise<T> {
    return this.postgres.withDatabase(async (url) => {
      await prepare(url);
      return this.servers.with(contestants, url, (first, ...others) =>
        use(new Sender(this.generator, first.target), first, ...others),
      );
    });
  }
}
