import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ROLES } from '../../src/config/role.js';
import { HangarProcess } from '../support/hangar-process.js';
import { HangarWithSimulator, pingWebhook } from '../support/hangar-with-simulator.js';
import { metricsOf, documentedMetrics } from '../support/documented-metrics.js';
import { withoutTrafficMonitor } from '../support/traffic-monitor.js';
import { until } from '../support/until.js';

const LARGEST = 65_536;
/** What the start of a process is known by may be off by so much. */
const CLOCK_SECONDS = 2;
const LIMIT = 'hangar_memory_limit_bytes';
/** A histogram of which nothing was recorded is not exported; agent-operations.test.ts has one. */
const ACKNOWLEDGEMENTS = 'hangar_agent_ack_seconds';
const TASK_LAG = 'hangar_task_lag_seconds';
/** Connections with an API key alone have one: community-edition.test.ts. */
const KEY_STATE = 'hangar_plane_connection_state';
/** Labels whose values are few and known. */
const FIXED = new Set(['outcome', 'state', 'kind', 'role', 'reason']);

describe('the metrics', () => {
  let together: HangarWithSimulator;
  let url: string;
  let startedAt: number;

  beforeAll(async () => {
    startedAt = Date.now() / 1000;
    together = await HangarWithSimulator.start({
      environment: { WEBHOOK_MAX_BODY_BYTES: String(LARGEST) },
    });
    await together.install();
    const port = /metrics on port (\d+)/.exec(together.hangar.log)?.[1];
    url = `http://localhost:${port}/metrics`;
  });

  afterAll(() => together.stop());

  const scrapeOnce = async (): Promise<string> => (await fetch(url)).text();
  /** With all values: one that cannot be read in time is exported as NaN. */
  const scrape = async (): Promise<string> =>
    until('a scrape with all values', async () => {
      const text = await scrapeOnce();
      return !/ NaN$/m.test(text) && text;
    });
  const value = (text: string, series: string): number | undefined => {
    const line = text.split('\n').find((each) => each.startsWith(`${series} `));
    return line === undefined ? undefined : Number(line.split(' ')[1]);
  };
  const counted = async (series: string): Promise<boolean> => (value(await scrapeOnce(), series) ?? 0) > 0;

  it('count webhooks, handler runs and requests to Plane', async () => {
    const ping = pingWebhook('v2');
    await together.deliver(ping);
    await together.deliver(ping);
    await together.deliver(ping, { 'x-plane-signature': '0'.repeat(64) });
    await together.deliver('[]');
    await until('the answer', async () => (await together.pongs()) === 1);
    await until('the run to be counted', () =>
      counted('hangar_handler_runs_total{handler="PingHandler.pong",outcome="handled"}'),
    );
    // The app's own answer comes back as a webhook too, sooner or later; it may wait for a moment.
    const text = await until('a moment in which no job waits', async () => {
      const scraped = await scrape();
      return value(scraped, 'hangar_oldest_waiting_seconds') === 0 && scraped;
    });
    expect(value(text, 'hangar_webhooks_received_total{outcome="accepted"}')).toBeGreaterThanOrEqual(1);
    for (const outcome of ['duplicate', 'unsigned', 'malformed'])
      expect([outcome, value(text, `hangar_webhooks_received_total{outcome="${outcome}"}`)]).toEqual([outcome, 1]);
    expect(value(text, 'hangar_webhook_accept_seconds_count')).toBeGreaterThanOrEqual(2);
    expect(text).toMatch(/^hangar_webhook_secret_matches_total\{secret="[0-9a-f]{12}"\} [34]$/m);
    expect(value(text, 'hangar_handler_seconds_count{handler="PingHandler.pong"}')).toBe(1);
    expect(value(text, 'hangar_delivery_lag_seconds_count')).toBeGreaterThanOrEqual(1);
    expect(value(text, 'hangar_plane_requests_total{status="200"}')).toBeGreaterThan(1);
    expect(value(text, 'hangar_tokens{kind="bot",state="live"}')).toBe(1);
    expect(value(text, 'hangar_token_soonest_expiry_seconds')).toBeGreaterThan(80_000);
    expect(value(text, 'hangar_plane_rate_remaining')).toBeLessThan(60);
    expect(value(text, 'hangar_queue_jobs{handler="PingHandler.pong",state="waiting"}')).toBe(0);
    expect(value(text, 'hangar_dead_letters{handler="PingHandler.pong"}')).toBe(0);
    expect(value(text, 'hangar_handler_oldest_waiting_seconds{handler="PingHandler.pong"}')).toBe(0);
    expect(value(text, 'hangar_handler_paused{handler="PingHandler.pong"}')).toBe(0);
    expect(value(text, 'hangar_oldest_waiting_seconds')).toBe(0);
    expect(value(text, 'hangar_workspaces_silent')).toBe(0);
    expect(value(text, 'hangar_traffic_silent_seconds')).toBe(0);
  });

  it('describe the process: release, roles, memory, time, readiness', async () => {
    const text = await scrape();
    expect(text).toMatch(/^hangar_build_info\{version="\d+\.\d+\.\d+",node="24\.\d+\.\d+"\} 1$/m);
    for (const role of ROLES) expect(value(text, `hangar_role{role="${role}"}`)).toBe(1);
    expect(value(text, 'process_resident_memory_bytes')).toBeGreaterThan(50_000_000);
    expect(value(text, 'nodejs_heap_size_used_bytes')).toBeGreaterThan(10_000_000);
    expect(value(text, 'process_cpu_seconds_total')).toBeGreaterThan(0.1);
    const processStart = value(text, 'process_start_time_seconds') ?? 0;
    expect(processStart).toBeGreaterThan(startedAt - CLOCK_SECONDS);
    expect(processStart).toBeLessThan(Date.now() / 1000 + CLOCK_SECONDS);
    expect(value(text, 'nodejs_eventloop_lag_p99_seconds')).toBeGreaterThanOrEqual(0);
    expect(value(text, 'hangar_database_up')).toBe(1);
    expect(value(text, 'hangar_ready')).toBe(1);
  });

  it('start at 0, so that the first count is an increase', async () => {
    const text = await scrape();
    for (const series of [
      'hangar_webhooks_received_total{outcome="unavailable"}',
      'hangar_secrets_unreadable_total{reason="missing_key"}',
      'hangar_token_refreshes_total{kind="user",outcome="slow"}',
      'hangar_handler_runs_total{handler="PingHandler.pong",outcome="dead_lettered"}',
    ])
      expect([series, value(text, series)]).toEqual([series, 0]);
    // A slow machine may have been too late with a reading by now.
    expect(value(text, 'hangar_metrics_unreadable_total{metric="hangar_tokens"}')).toBeGreaterThanOrEqual(0);
  });

  it('match the documentation, including all labels and values', async () => {
    await together.database.query(
      `INSERT INTO scheduled_tasks (id, name, due_at) VALUES (gen_random_uuid(), 'removed', now())`,
    );
    const text = await scrape();
    const series = metricsOf(text.replaceAll(/^#.*$/gm, ''));
    const told = documentedMetrics();
    const names = new Set(series.map(({ name }) => name));
    // Without a limit of the machine, a prompt, a run of a task or an API key, none is exported.
    const absent = new Set([LIMIT, ACKNOWLEDGEMENTS, TASK_LAG, KEY_STATE].filter((name) => !names.has(name)));
    expect([...names].sort()).toEqual([...told.keys()].filter((name) => !absent.has(name)).sort());
    const values = new Map([...told.keys()].map((name) => [name, new Set<string>()]));
    for (const { name, matchers } of series)
      for (const {
        label,
        values: [value = ''],
      } of matchers.filter(({ label }) => label !== 'le')) {
        expect([name, told.get(name)?.labels]).toEqual([name, expect.arrayContaining([label])]);
        if (FIXED.has(label)) values.get(name)?.add(value);
      }
    for (const [name, { labels, values: named }] of told)
      if (!absent.has(name) && labels.some((label) => FIXED.has(label)))
        expect([name, [...(values.get(name) ?? [])].sort()]).toEqual([name, [...named].sort()]);
  });

  it('count each rejected request whose body was not read once', async () => {
    const to = `${together.url}/webhooks/plane`;
    const signed = { 'x-plane-signature': 'a'.repeat(64) };
    const [json, text] = ['application/json', 'text/plain'].map((type) => ({ ...signed, 'content-type': type }));
    const requests: RequestInit[] = [
      { method: 'GET' },
      { method: 'POST', body: 'event=issue', headers: text },
      { method: 'POST', body: 'x'.repeat(LARGEST + 1), headers: json },
      { method: 'PUT', body: 'event=issue', headers: text },
      { method: 'POST', body: 'event=issue', headers: { 'content-type': 'application/json' } },
    ];
    const statuses: number[] = [];
    for (const request of requests) statuses.push((await fetch(to, request)).status);
    expect(statuses).toEqual([405, 415, 413, 405, 401]);
    expect((await fetch(`${together.url}/webhooks/%70lane`, requests[1])).status).toBe(415);
    await fetch(`${together.url}/elsewhere`, { method: 'POST', body: 'event=issue' });
    const refused = 'hangar_webhooks_received_total{outcome="refused"}';
    await until('them to be counted', async () => value(await scrape(), refused) === 5);
    expect(value(await scrape(), 'hangar_webhooks_received_total{outcome="unsigned"}')).toBe(2);
    expect(value(await scrape(), 'hangar_webhooks_received_total{outcome="failed"}')).toBe(0);
  });

  it('export silent workspaces', async () => {
    const text = await withoutTrafficMonitor(together.database, async () => {
      await together.database.query('DELETE FROM connection_traffic');
      await together.database.query(
        `INSERT INTO connection_traffic (connection_id, workspace_id, last_at, gaps_from, silent_told_at)
       SELECT CASE WHEN id = '' THEN '' ELSE 'default' END, id, now() - interval '3 days', now(), now() FROM unnest(ARRAY['', 'one', 'other']) AS id`,
      );
      const scraped = await scrape();
      await together.database.query('DELETE FROM connection_traffic');
      return scraped;
    });
    expect(value(text, 'hangar_workspaces_silent')).toBe(2);
    expect(value(text, 'hangar_traffic_silent_seconds')).toBeGreaterThanOrEqual(3 * 86_400);
  });

  it('count refreshes, and secrets that cannot be decrypted', async () => {
    await together.database.query(`UPDATE tokens SET due_at = now()`);
    await until('the renewal to be counted', () =>
      counted('hangar_token_refreshes_total{kind="bot",outcome="renewed"}'),
    );
    await together.database.query(
      `UPDATE tokens SET access_token = regexp_replace(access_token, '.{8}$', 'AAAAAAAA'), due_at = now()`,
    );
    const changed = 'hangar_secrets_unreadable_total{reason="changed"}';
    await until('it to be counted', () => counted(changed));
    expect(value(await scrape(), 'hangar_secrets_unreadable_total{reason="missing_key"}')).toBe(0);
  });

  it('contain no label added by the library, and no secret', async () => {
    const text = await scrape();
    expect(text).not.toMatch(/otel_scope|target_info|_total_total/);
    for (const secret of [together.simulator.clientSecret, together.simulator.webhookSecret])
      expect(text).not.toContain(secret);
  });

  it('are the only route on their port', async () => {
    expect((await fetch(url.replace('/metrics', '/'))).status).toBe(404);
    expect((await fetch(url, { method: 'POST' })).status).toBe(404);
    expect((await fetch(`${together.url}/metrics`)).status).toBe(404);
  });

  it('export NaN for a failed measurement, and still export the others', async () => {
    await together.database.query('ALTER TABLE tokens RENAME TO away');
    await until('a scrape that lacks the tokens alone', async () => {
      const text = await scrapeOnce();
      const tokens = value(text, 'hangar_tokens{kind="bot",state="live"}');
      return Number.isNaN(tokens) && value(text, 'hangar_oldest_waiting_seconds') === 0;
    });
    await together.database.query('ALTER TABLE away RENAME TO tokens');
    await until('the log line', () => together.hangar.log.includes('a metric cannot be read'));
    expect(await counted('hangar_metrics_unreadable_total{metric="hangar_tokens"}')).toBe(true);
  });

  it('export when the database is unreachable and when it is reachable again', async () => {
    const text = await together.database.away(scrapeOnce);
    expect(value(text, 'hangar_database_up')).toBe(0);
    expect(value(text, 'hangar_ready')).toBe(0);
    expect(value(text, 'hangar_oldest_waiting_seconds')).toBeNaN();
    await until('it to be back', () => counted('hangar_database_up'));
    await until('the process to be ready', () => counted('hangar_ready'));
  });

  it('fail the start if their port is in use, and stop with the server', async () => {
    const { port } = new URL(url);
    const second = await HangarProcess.launch({ ...together.environment, PORT: '0', METRICS_PORT: port });
    expect(await second.exit()).toBe(1);
    expect(second.log).toMatch(new RegExp(`port ${port} on 127.0.0.1 is in use.*METRICS_PORT`));
    await together.hangar.end();
    await expect(fetch(url)).rejects.toThrow('fetch failed');
  });
});
