import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { SAMPLE } from '../../simulator/world/seed.js';
import { type TestDatabase } from './database.js';
import { freePort } from './free-port.js';
import { type Environment, FIXTURE_SECRET } from './hangar-with-simulator.js';
import { type Run } from './recorded-runs.js';
import { Replica } from './replica.js';

/** No server listens there: the handlers of these servers do not call Plane. */
const PLANE = 'http://127.0.0.1:9';
const KEY = `test:${Buffer.alloc(32, 1).toString('base64')}`;
const TWO: readonly Environment[] = [{}, {}];

/** Servers on one database, where the app is installed in the workspace of the recorded payloads. */
export class Replicas {
  private constructor(
    private readonly folder: string,
    readonly all: readonly Replica[],
  ) {}

  /**
   * Starts two of them, or as many as there are environments. Leaves nothing behind when it fails.
   *
   * @param program a file of `test/support` that starts a server by `handler-server.mjs`
   * @param databaseUrl where the servers find the database
   * @param more of the environment of all, or of each
   */
  static async start(
    program: string,
    database: Pick<TestDatabase, 'query'>,
    databaseUrl: string,
    more: Environment | readonly Environment[] = TWO,
  ): Promise<Replicas> {
    await installWorkspace(database);
    const folder = mkdtempSync(join(tmpdir(), 'hangar-runs-'));
    const each = Array.isArray(more) ? (more as readonly Environment[]) : TWO.map(() => more as Environment);
    const all = each.map(async (own) => {
      const environment = { ...(await environmentOf(databaseUrl)), ...own };
      return new Replica(resolve('test/support', program), folder, environment);
    });
    const replicas = new Replicas(folder, await Promise.all(all));
    try {
      await Promise.all(replicas.all.map((replica) => replica.start()));
      return replicas;
    } catch (error) {
      await replicas.stop();
      throw error;
    }
  }

  at(index: number): Replica {
    const replica = this.all[index];
    if (!replica) throw new Error(`there is no replica ${index}`);
    return replica;
  }

  get urls(): string[] {
    return this.all.map(({ url }) => url);
  }

  get metricsUrls(): string[] {
    return this.all.map(({ metricsUrl }) => metricsUrl);
  }

  /** Every run in every process so far. */
  runs(): Run[] {
    return this.all.flatMap((replica) => replica.runs());
  }

  async stop(): Promise<void> {
    await Promise.all(this.all.map((replica) => replica.stop()));
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A port has a free one after it, which is for the metrics. */
async function environmentOf(databaseUrl: string): Promise<Environment> {
  const port = await freePort();
  return {
    DATABASE_URL: databaseUrl,
    HANGAR_ENCRYPTION_KEYS: KEY,
    LOG_LEVEL: 'warn',
    METRICS_PORT: String(port + 1),
    PLANE_BASE_URL: PLANE,
    PLANE_CLIENT_ID: 'app',
    PLANE_CLIENT_SECRET: 'secret',
    PLANE_WEBHOOK_SECRETS: FIXTURE_SECRET,
    PORT: String(port),
  };
}

/** As an install leaves it, but that Plane is not asked about it within the test. */
async function installWorkspace(database: Pick<TestDatabase, 'query'>): Promise<void> {
  await database.query(
    `INSERT INTO installations (id, base_url, installation_id, status, workspace_id, workspace_slug, workspace_name,
                                bot_user_id, application_id, check_at)
     VALUES (gen_random_uuid(), $1, $2, 'installed', $3, 'sandbox', 'Sandbox', $4, 'app', now() + interval '1 year')`,
    [PLANE, SAMPLE.installationId, SAMPLE.workspaceId, SAMPLE.botId],
  );
}
