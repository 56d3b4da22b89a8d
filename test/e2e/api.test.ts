import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Validator } from '@seriousme/openapi-schema-validator';
import { type ApiAnswer, ApiClient, developmentToken, mappedRoutes } from '../support/api-client.js';
import { Browser } from '../support/browser.js';
import { HangarWithSimulator, pingWebhook } from '../support/hangar-with-simulator.js';
import { until } from '../support/until.js';

const UNDER_WAY = 'urn:hangar:idempotency_key_in_use';
/** Five that ask, and Plane's words on the answers. */
const STORED = 10;
const HANDLER = 'PingHandler.pong';

let together: HangarWithSimulator;
let api: ApiClient;
/** What was sent first, byte for byte. */
let sent: Buffer;
let delivery: string;

beforeAll(async () => {
  together = await HangarWithSimulator.start();
  api = await ApiClient.of(together.hangar);
  await together.install();
  await new Browser().install(together.url, '/oauth/setup?flow=user', { decision: 'authorise' });
  sent = Buffer.from(pingWebhook('v2').replace('{', `{ "odd":"\\u00e9\\/",\n`));
  delivery = (await together.deliver(sent)).body.id;
  for (let count = 0; count < 4; count++) await together.deliver(pingWebhook(count % 2 === 0 ? 'v1' : 'v2'));
  // The answers are comments too, of which Plane tells.
  const stored = 'SELECT count(*)::int AS count FROM deliveries';
  await until('all webhooks', async () => {
    const [row] = await together.database.query<{ count: number }>(stored);
    return row?.count === STORED;
  });
}, 60_000);

afterAll(async () => {
  await together.stop();
});

const items = ({ json }: ApiAnswer): Record<string, unknown>[] => json['items'] as Record<string, unknown>[];
const get = async (path: string, headers?: Record<string, string>): Promise<ApiAnswer> =>
  api.call('GET', path, undefined, headers);
const tokenOf = async (kind: string): Promise<string> =>
  String(items(await get('tokens')).find((token) => token['kind'] === kind)?.['id']);

describe('the description of the API', () => {
  it('is valid OpenAPI 3.1', async () => {
    const document = (await (await fetch(`${together.url}/api/openapi.json`)).json()) as Record<
      string,
      unknown
    >;
    expect(document['openapi']).toMatch(/^3\.1\./);
    expect(await new Validator().validate(document)).toEqual({ valid: true });
  });

  it('has examples of every request and answer, which are as it says', () => {
    expect(api.document.exampleFaults()).toEqual([]);
  });

  it('has every route of the server, and no other', () => {
    const catchAll = 'ALL /api/*';
    const mapped = mappedRoutes(together.hangar.log, /^\/api(\/|$)/).filter((route) => route !== catchAll);
    const told = api.document.routes.map(({ method, path }) => `${method} ${path}`);
    expect(told.toSorted()).toEqual(mapped.toSorted());
  });

  it('names each operation once, and the role of each', () => {
    const ids = api.document.routes.map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { operation } of api.document.routes)
      expect(['viewer', 'operator', 'admin', 'signed-in', 'public']).toContain(operation['x-required-role']);
  });
});

describe('installations and tokens', () => {
  it('are listed and read', async () => {
    const [installation] = items(await get('installations'));
    expect(installation).toMatchObject({ workspaceSlug: 'sandbox', status: 'installed' });
    const one = await get(`installations/${String(installation?.['id'])}`);
    expect(one.json).toEqual(installation);
    expect(
      items(await get('tokens'))
        .map(({ kind }) => kind)
        .toSorted(),
    ).toEqual(['bot', 'user']);
  });

  it('are refreshed, and a changed token is not revoked by what was seen before', async () => {
    const user = await tokenOf('user');
    const before = await get(`tokens/${user}`);
    const etag = before.headers.get('etag') ?? '';
    expect((await get(`tokens/${user}`, { 'if-none-match': etag })).status).toBe(304);
    const refreshed = await api.call('POST', `tokens/${user}/refresh`);
    expect(refreshed.status).toBe(200);
    expect(refreshed.json['expiresAt']).not.toBe(before.json['expiresAt']);
    const late = await api.call('DELETE', `tokens/${user}`, undefined, { 'if-match': etag });
    expect([late.status, late.json['type']]).toEqual([412, 'urn:hangar:precondition_failed']);
    const now = (await get(`tokens/${user}`)).headers.get('etag') ?? '';
    expect((await api.call('DELETE', `tokens/${user}`, undefined, { 'if-match': now })).status).toBe(204);
    expect((await get(`tokens/${user}`)).json).toMatchObject({ state: 'revoked' });
  });
});

describe('deliveries', () => {
  it('are listed page by page, each once', async () => {
    const seen: unknown[] = [];
    for (let path: string | undefined = 'deliveries?limit=4'; path;) {
      const page = await get(path);
      seen.push(...items(page).map(({ id }) => id));
      const { next } = page.json;
      path = next === undefined ? undefined : `deliveries?limit=4&cursor=${String(next)}`;
    }
    expect(seen).toHaveLength(STORED);
    expect(new Set(seen).size).toBe(STORED);
    expect(seen.at(-1)).toBe(delivery);
  });

  it.each([
    ['event=workitem.comment.created', STORED],
    ['event=cycle.created', 0],
    ['workspace=sandbox', STORED],
    ['workspace=elsewhere', 0],
    [`state=handled&handler=${HANDLER}`, 5],
    ['state=failed', 0],
    ['since=2020-01-01T00:00:00Z', STORED],
    ['until=2020-01-01', 0],
  ])('are filtered: %s', async (query, count) => {
    const found = await until('the outcomes', async () => {
      const page = items(await get(`deliveries?${query}`));
      return page.length === count && page;
    });
    for (const { event } of found) expect(event).toBe('workitem.comment.created');
  });

  it('are read with their bytes, event, attempts and log', async () => {
    const { json } = await get(`deliveries/${delivery}`);
    expect(json).toMatchObject({
      event: 'workitem.comment.created',
      workspaceSlug: 'sandbox',
      outcomes: [{ handler: HANDLER, state: 'handled', attempts: [{ attempt: 1, outcome: 'handled' }] }],
      normalised: { name: 'workitem.comment.created', comment: { text: '/ping' } },
      payload: { size: sent.length, base64: sent.toString('base64'), json: { odd: 'é/' } },
    });
    const body = await get(`deliveries/${delivery}/body`);
    expect(body.bytes.equals(sent)).toBe(true);
    expect(body.headers.get('content-type')).toBe('application/octet-stream');
    expect(body.headers.get('x-content-type-options')).toBe('nosniff');
    expect(body.headers.get('content-disposition')).toContain('attachment');
  });

  it('are replayed, one and by filter', async () => {
    expect((await api.call('POST', `deliveries/${delivery}/replay`, { dryRun: true })).json).toEqual({
      deliveries: 1,
      jobs: 1,
      dryRun: true,
    });
    const many = await api.call('POST', 'deliveries/replay', {
      workspace: 'sandbox',
      toHandler: HANDLER,
      dryRun: true,
    });
    expect(many.json).toEqual({ deliveries: STORED, jobs: STORED, dryRun: true });
    const done = await api.call('POST', `deliveries/${delivery}/replay`);
    expect(done.json).toEqual({ deliveries: 1, jobs: 1, dryRun: false });
    await until('the answer', async () => (await together.pongs()) === 6);
  });
});

describe('an idempotency key', () => {
  const replay = async (key: string, client = api, body: object = {}): Promise<ApiAnswer> =>
    client.call('POST', `deliveries/${delivery}/replay`, body, { 'idempotency-key': key });

  it('gets the same answer again, and nothing is done', async () => {
    const pongs = await together.pongs();
    const key = `"${randomUUID()}"`;
    const [first, second] = [await replay(key), await replay(key)];
    expect(second.bytes.equals(first.bytes)).toBe(true);
    expect(first.headers.get('idempotency-replayed')).toBeNull();
    expect(second.headers.get('idempotency-replayed')).toBe('true');
    await until('the answer', async () => (await together.pongs()) === pongs + 1);
    const another = await replay(key, api, { dryRun: true });
    expect([another.status, another.json['type']]).toEqual([422, 'urn:hangar:idempotency_key_reused']);
  });

  it('is free again after a refusal', async () => {
    const key = randomUUID();
    const refused = await replay(key, api, { toHandler: 'Nobody.here' });
    expect([refused.status, refused.json['type']]).toEqual([404, 'urn:hangar:handler_unknown']);
    expect((await replay(key, api, { dryRun: true })).status).toBe(200);
  });

  it('is one over all processes, and after a crash says that nobody knows', async () => {
    const replica = await together.startReplica();
    const other = await ApiClient.of(replica);
    const [key, lost] = [randomUUID(), randomUUID()];
    const pongs = await together.pongs();
    await together.database.query('BEGIN');
    let [first, second]: Promise<ApiAnswer | undefined>[] = [];
    try {
      await together.database.query('LOCK TABLE deliveries IN ACCESS EXCLUSIVE MODE');
      first = replay(key);
      second = replay(lost, other).catch(() => undefined);
      await until('both to be under way', async () => {
        const both = [await replay(key, other), await replay(lost)];
        return both.every(({ status, json }) => status === 409 && json['type'] === UNDER_WAY);
      });
      await replica.end('SIGKILL');
    } finally {
      await together.database.query('COMMIT');
    }
    await second;
    expect((await first)?.status).toBe(200);
    expect((await replay(key)).headers.get('idempotency-replayed')).toBe('true');
    await until('the answer', async () => (await together.pongs()) >= pongs + 1);
    await together.database.query(`UPDATE idempotency_keys SET started_at = now() - interval '11 minutes'`);
    const unknown = await replay(lost);
    expect([unknown.status, unknown.json['type']]).toEqual([409, 'urn:hangar:idempotency_outcome_unknown']);
    expect(await together.pongs()).toBe(pongs + 1);
  });
});

describe('dead letters', () => {
  it('are listed page by page and given back', async () => {
    await together.plane.post('/faults', { match: '/api/v1/', kind: 'status', status: 403 });
    for (let count = 0; count < 3; count++) await together.deliver(pingWebhook('v2'));
    await until('the dead letters', async () => {
      const waits = `name = '${HANDLER}' AND state = 'retry'`;
      await together.database.query(
        `UPDATE pgboss.job SET retry_limit = retry_count, start_after = now() WHERE ${waits}`,
      );
      return items(await get('dead-letters')).length === 3;
    });
    const first = await get(`dead-letters?limit=2&handler=${HANDLER}`);
    const second = await get(`dead-letters?limit=2&handler=${HANDLER}&cursor=${String(first.json['next'])}`);
    const letters = [...items(first), ...items(second)];
    expect(new Set(letters.map(({ id }) => id)).size).toBe(3);
    expect(second.json['next']).toBeUndefined();
    expect(letters[0]).toMatchObject({ handler: HANDLER, error: expect.stringContaining('403') });
    await together.plane.clearFaults();
    const redrive = async (body: object): Promise<Record<string, unknown>> =>
      (await api.call('POST', 'dead-letters/redrive', body)).json;
    const ids = [letters[0]?.['id'], randomUUID()];
    expect(await redrive({ all: true, dryRun: true })).toEqual({ redriven: 3, dryRun: true });
    expect(await redrive({ ids })).toEqual({ redriven: 1, dryRun: false });
    expect(await redrive({ handler: HANDLER })).toEqual({ redriven: 2, dryRun: false });
    expect(items(await get('dead-letters'))).toEqual([]);
  }, 30_000);
});

describe('handlers', () => {
  it('are listed and read', async () => {
    expect(items(await get('handlers'))).toEqual([
      expect.objectContaining({ id: HANDLER, pattern: 'workitem.comment.created', pause: { paused: false } }),
    ]);
    expect((await get(`handlers/${HANDLER}`)).json).toMatchObject({ id: HANDLER, parked: 0 });
  });

  it('are paused and resumed, by those who have seen how it stands', async () => {
    const path = `handlers/${HANDLER}/pause`;
    const running = (await get(path)).headers.get('etag') ?? '';
    const paused = await api.call('PUT', path, { reason: 'a test' }, { 'if-match': running });
    expect(paused.json).toMatchObject({ paused: true, reason: 'a test', pausedBy: 'Developer' });
    expect((await api.call('DELETE', path, undefined, { 'if-match': running })).status).toBe(412);
    expect((await api.call('DELETE', path)).status).toBe(204);
    expect((await get(path, { 'if-none-match': running })).status).toBe(304);
  });
});

describe('webhook secrets', () => {
  it('go in and never come out', async () => {
    const secret = 'plane_wh_of_this_workspace_alone';
    const none = (await get('webhook-secrets/sandbox')).headers.get('etag') ?? '';
    const set = await api.call('PUT', 'webhook-secrets/sandbox', { secret }, { 'if-match': none });
    expect(set.json).toMatchObject({ workspace: 'sandbox', secrets: [{ standing: 'current' }] });
    const again = await api.call(
      'PUT',
      'webhook-secrets/sandbox',
      { secret: `${secret}2` },
      { 'if-match': none },
    );
    expect(again.status).toBe(412);
    await api.call('PUT', 'webhook-secrets/sandbox', { secret: `${secret}2` });
    const listed = await get('webhook-secrets');
    expect(items(listed).map(({ standing }) => standing)).toEqual(['current', 'previous']);
    expect(listed.bytes.toString()).not.toContain(secret);
    expect((await api.call('DELETE', 'webhook-secrets/sandbox?previous=true')).status).toBe(204);
    expect(items(await get('webhook-secrets'))).toHaveLength(1);
    expect((await api.call('DELETE', 'webhook-secrets/sandbox')).status).toBe(204);
    expect((await api.call('DELETE', 'webhook-secrets/sandbox')).status).toBe(404);
  });
});

describe('activity', () => {
  it('is told by the minute', async () => {
    expect(items(await get('activity?minutes=3'))).toHaveLength(3);
  });
});

describe('people', () => {
  const SUBJECT = 'somebody who has left';
  const path = `people/${encodeURIComponent(SUBJECT)}`;

  it('are kept out and let in again, and lose what they have linked', async () => {
    expect((await api.call('POST', `${path}/disable`)).json).toMatchObject({ subject: SUBJECT, links: [] });
    const [person] = items(await get('people'));
    expect(person).toMatchObject({ subject: SUBJECT, issuer: 'development' });
    const disabled = await get(path);
    const etag = disabled.headers.get('etag') ?? '';
    expect((await get(path, { 'if-none-match': etag })).status).toBe(304);
    const enabled = await api.call('POST', `${path}/enable`, undefined, { 'if-match': etag });
    expect(enabled.json['disabledAt']).toBeUndefined();
    expect((await api.call('POST', `${path}/enable`, undefined, { 'if-match': etag })).status).toBe(412);
    await together.database.query(
      `INSERT INTO linked_users (base_url, plane_user_id, issuer, subject) VALUES ($1, 'u1', 'development', $2)`,
      [together.environment['PLANE_BASE_URL'], SUBJECT],
    );
    expect((await get(path)).json).toMatchObject({ links: [{ planeUserId: 'u1' }] });
    expect((await api.call('DELETE', `${path}/links/u1`)).status).toBe(204);
    expect((await api.call('DELETE', `${path}/links/u1`)).json['type']).toBe('urn:hangar:link_unknown');
  });
});

describe('the audit log', () => {
  it('tells, page by page, what was done here and by whom', async () => {
    const first = await get('audit?action=delivery.read&limit=1');
    expect(items(first)).toEqual([
      expect.objectContaining({
        action: 'delivery.read',
        target: `delivery/${delivery}`,
        outcome: 'done',
        by: { kind: 'machine', id: 'development', name: 'Developer', from: expect.any(String) },
      }),
    ]);
    const second = await get(`audit?action=delivery.read&limit=1&cursor=${String(first.json['next'])}`);
    expect(Number(items(second)[0]?.['seq'])).toBeLessThan(Number(items(first)[0]?.['seq']));
  });

  it('is exported as JSON lines, which tells of itself, and verified', async () => {
    const { bytes, headers } = await get('audit/export');
    expect(headers.get('content-type')).toBe('application/jsonl');
    const lines = bytes.toString().trimEnd().split('\n');
    const entries = lines.map((line) => JSON.parse(line) as { seq: number; action: string; at: string });
    expect(entries.map(({ seq }) => seq)).toEqual(entries.map((_, at) => at + 1));
    expect(entries.at(-1)?.action).toBe('audit.export');
    expect((await get('audit/verify')).json).toMatchObject({
      intact: true,
      entries: entries.length,
      faults: [],
    });
  });
});

describe('whoever asks', () => {
  it('is told who they are', async () => {
    expect((await get('me')).json).toMatchObject({ kind: 'machine', role: 'admin' });
  });
});

describe('what is not right', () => {
  const notFound = (type: string): [number, string] => [404, `urn:hangar:${type}`];

  it.each<[string, string, unknown, [number, string], string[]]>([
    [
      'GET',
      'deliveries?limit=0&evnt=x&since=soon&state=odd',
      undefined,
      [400, 'urn:hangar:request_invalid'],
      ['evnt', 'limit', 'since', 'state'],
    ],
    [
      'GET',
      'deliveries?limit=201&cursor=nonsense',
      undefined,
      [400, 'urn:hangar:request_invalid'],
      ['limit'],
    ],
    ['GET', 'deliveries?cursor=nonsense', undefined, [400, 'urn:hangar:request_invalid'], ['cursor']],
    ['GET', 'deliveries?event=a&event=b', undefined, [400, 'urn:hangar:request_invalid'], ['event']],
    ['GET', 'dead-letters?cursor=eA', undefined, [400, 'urn:hangar:request_invalid'], ['cursor']],
    ['GET', 'tokens?cursor=eA', undefined, [400, 'urn:hangar:request_invalid'], ['cursor']],
    ['GET', 'audit?cursor=eA&action=odd', undefined, [400, 'urn:hangar:request_invalid'], ['action']],
    ['GET', 'audit/export?limit=3', undefined, [400, 'urn:hangar:request_invalid'], ['limit']],
    ['GET', 'activity?minutes=1441', undefined, [400, 'urn:hangar:request_invalid'], ['minutes']],
    ['GET', 'me?x=1&y=2', undefined, [400, 'urn:hangar:request_invalid'], ['x', 'y']],
    ['POST', 'deliveries/replay', {}, [400, 'urn:hangar:request_invalid'], ['body']],
    ['POST', 'deliveries/replay', [1], [400, 'urn:hangar:request_invalid'], ['body']],
    [
      'POST',
      'deliveries/replay',
      { event: 3, dryRun: 'maybe', odd: 1 },
      [400, 'urn:hangar:request_invalid'],
      ['odd', 'event', 'dryRun'],
    ],
    ['POST', 'dead-letters/redrive', { ids: ['x'] }, [400, 'urn:hangar:request_invalid'], ['ids']],
    [
      'POST',
      'dead-letters/redrive',
      { all: true, handler: 'x' },
      [400, 'urn:hangar:request_invalid'],
      ['body'],
    ],
    [
      'PUT',
      'webhook-secrets/sandbox',
      { secret: 'has blanks' },
      [400, 'urn:hangar:request_invalid'],
      ['secret'],
    ],
    ['PUT', 'webhook-secrets/nowhere', { secret: 'x' }, notFound('workspace_unknown'), []],
    ['GET', 'webhook-secrets/nowhere', undefined, notFound('workspace_unknown'), []],
    ['GET', 'installations/x', undefined, notFound('installation_unknown'), []],
    ['GET', 'tokens/x', undefined, notFound('token_unknown'), []],
    ['POST', 'tokens/x/refresh', undefined, notFound('token_unknown'), []],
    ['DELETE', 'tokens/x', undefined, notFound('token_unknown'), []],
    ['GET', `deliveries/${randomUUID()}`, undefined, notFound('delivery_unknown'), []],
    ['GET', 'deliveries/x/body', undefined, notFound('delivery_unknown'), []],
    ['POST', 'deliveries/x/replay', undefined, notFound('delivery_unknown'), []],
    ['GET', 'handlers/Nobody.here', undefined, notFound('handler_unknown'), []],
    ['PUT', 'handlers/Nobody.here/pause', undefined, notFound('handler_unknown'), []],
    ['DELETE', 'handlers/Nobody.here/pause', undefined, notFound('handler_unknown'), []],
    ['GET', 'people/nobody', undefined, notFound('person_unknown'), []],
    ['POST', 'people/nobody/enable', undefined, notFound('person_unknown'), []],
    ['GET', 'nothing', undefined, notFound('route_unknown'), []],
    ['PATCH', 'deliveries', undefined, [405, 'urn:hangar:method_not_allowed'], []],
    ['POST', 'deliveries/replay', '{"event":', [400, 'about:blank'], []],
  ])('%s %s %j', async (method, path, body, [status, type], parameters) => {
    const answer = await api.call(method, path, body);
    expect([answer.status, answer.json['type']]).toEqual([status, type]);
    expect(answer.headers.get('x-request-id')).toBe(answer.json['requestId']);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const errors = (answer.json['errors'] ?? []) as { parameter: string }[];
    expect(errors.map(({ parameter }) => parameter).toSorted()).toEqual(parameters.toSorted());
  });

  it('is a bot’s token that is to be revoked', async () => {
    const answer = await api.call('DELETE', `tokens/${await tokenOf('bot')}`);
    expect([answer.status, answer.json['type']]).toEqual([409, 'urn:hangar:bot_token_kept']);
  });

  it('is a body of more than 256 KB', async () => {
    expect((await api.call('POST', 'deliveries/replay', { event: 'x'.repeat(262_144) })).status).toBe(413);
  });

  it('is another kind of body, and a key that cannot be one', async () => {
    const text = { 'content-type': 'text/plain' };
    expect((await api.call('POST', 'deliveries/replay', 'event=x', text)).status).toBe(415);
    const key = { 'idempotency-key': '"' };
    expect((await api.call('POST', `deliveries/${delivery}/replay`, {}, key)).json['errors']).toEqual([
      { parameter: 'Idempotency-Key', problem: expect.stringContaining('1 to 255') },
    ]);
  });

  it('is a method that the path does not take', async () => {
    const answer = await api.call('PUT', `tokens/${randomUUID()}`);
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, DELETE']);
  });
});

describe('the page for people', () => {
  it('comes from here alone, without inline script', async () => {
    const page = await fetch(`${together.url}/api/docs`);
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'; script-src 'self'");
    const sources = [...(await page.text()).matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(
      ([, source = '']) => source,
    );
    expect(sources.length).toBeGreaterThan(2);
    for (const source of sources) expect((await fetch(`${together.url}${source}`)).status).toBe(200);
    expect((await fetch(`${together.url}/api/docs/package.json`)).status).toBe(404);
  });
});

describe('after all this', () => {
  it('every operation was called with success, and every answer was as the description says', () => {
    const documentation = ['getOpenApi', 'getDocs', 'getDocsAsset'];
    const all = api.document.routes.map(({ operation }) => operation.operationId);
    const missing = all.filter((id) => !api.done.has(id) && !documentation.includes(id));
    expect({ missing, faults: api.faults }).toEqual({ missing: [], faults: [] });
  });

  it('no token is in the log', () => {
    const token = developmentToken(together.hangar.log);
    expect(together.hangar.log.split(token)).toHaveLength(2);
  });
});
