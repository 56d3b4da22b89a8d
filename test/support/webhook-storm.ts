import { type TestDatabase } from './database.js';
import { deadLetters, drainedQueue } from './drained-queue.js';
import { FULL_SIZE } from './full-size.js';
import { type Environment } from './hangar-with-simulator.js';
import { handledEvents, repeatedRuns, type Run } from './recorded-runs.js';
import { Replicas } from './replicas.js';
import { acceptedEvents, type Attempt, WebhookLoad } from './webhook-load.js';

/** How many webhooks come, and how many in a second at most. */
export const STORM = FULL_SIZE ? { count: 20_000, perSecond: 1000, atOnce: 2000 } : { count: 400, perSecond: 200 };
/** The longest there is: a slow machine takes its time over a start of PostgreSQL. */
const ENVIRONMENT = { WEBHOOK_HOLD_SECONDS: '29' };
const UNFINISHED = `
  SELECT convert_from(deliveries.body, 'UTF8')::json ->> 'event_id' AS event
  FROM pgboss.job JOIN deliveries ON deliveries.id = (job.data ->> 'deliveryId')::uuid WHERE job.state = 'active'`;

/** What was under way at a moment, by the clock of this machine in milliseconds. */
export interface Moment {
  readonly at: number;
  /** Events whose job a worker had, so that the end of their run was not written down yet. */
  readonly unfinished: ReadonlySet<string>;
}

/** Whether the run's end may have been lost in trouble that began after that moment. */
export function wasUnderWay({ eventId, startedAt }: Run, { at, unfinished }: Moment): boolean {
  return startedAt >= at || unfinished.has(eventId);
}

/** What a storm left behind. */
export interface StormResult {
  readonly attempts: readonly Attempt[];
  /** How many events were answered with a 2xx. */
  readonly accepted: number;
  /** Those of them that no handler has done its work on. */
  readonly lost: readonly string[];
  /** The runs that were followed by another one on the same event. */
  readonly repeated: readonly Run[];
  /** How many events failed for the last time; the handler itself never does. */
  readonly deadLetters: number;
}

/** Two servers with a handler that writes down its runs, and a load of webhooks for them. */
export class WebhookStorm {
  private constructor(
    private readonly database: Pick<TestDatabase, 'query'>,
    readonly replicas: Replicas,
    /** Not begun before {@link run}. */
    readonly load: WebhookLoad,
  ) {}

  /** Starts the servers. `databaseUrl` is where they find the database, for something that stands between. */
  static async prepare(
    database: Pick<TestDatabase, 'query'>,
    databaseUrl: string,
    environment: Environment = {},
  ): Promise<WebhookStorm> {
    const all = { ...ENVIRONMENT, ...environment };
    const replicas = await Replicas.start('recording-server.mjs', database, databaseUrl, all);
    return new WebhookStorm(database, replicas, new WebhookLoad({ ...STORM, urls: replicas.urls }));
  }

  /** To be asked for just before the trouble. */
  async moment(): Promise<Moment> {
    const at = Date.now();
    const rows = await this.database.query<{ event: string }>(UNFINISHED);
    return { at, unfinished: new Set(rows.map(({ event }) => event)) };
  }

  /** Sends the load while the trouble goes on, waits until every job is done, and prints what there was to see. */
  async run(trouble: () => Promise<object>): Promise<StormResult> {
    const [seen] = await Promise.all([trouble(), this.load.run()]);
    const sent = await this.load.answered();
    const calmAt = performance.now();
    await drainedQueue(this.database, { impatient: !FULL_SIZE });
    const drainedMs = Math.round(performance.now() - calmAt);
    const runs = this.replicas.runs();
    const [accepted, handled] = [acceptedEvents(sent), handledEvents(runs)];
    const result = {
      attempts: sent.flatMap(({ attempts }) => attempts),
      accepted: accepted.length,
      lost: accepted.filter((event) => !handled.has(event)),
      repeated: repeatedRuns(runs),
      deadLetters: await deadLetters(this.database),
    };
    process.stdout.write(`${JSON.stringify({ ...summaryOf(result), ...seen, drainedMs })}\n`);
    return result;
  }

  /** Ends everything. */
  async stop(): Promise<void> {
    this.load.stop();
    await this.replicas.stop();
  }
}

/** How often each status was answered (`none`: the connection failed), and what else is worth a line. */
function summaryOf({ attempts, accepted, lost, repeated, deadLetters }: StormResult): object {
  const byStatus = Map.groupBy(attempts, ({ status = 'none' }) => String(status));
  const answers = Object.fromEntries([...byStatus].map(([status, of]) => [status, of.length]));
  const slowestMs = Math.max(...attempts.map(({ ms }) => ms));
  return { answers, slowestMs, accepted, lost: lost.length, repeated: repeated.length, deadLetters };
}
