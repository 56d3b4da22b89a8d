import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { type ApiAnswer, ApiClient } from '../../support/api-client.js';
import { type ApiScene, HANDLER, items } from '../../support/api-scene.js';
import { pingWebhook, sign } from '../../support/hangar-with-simulator.js';
import { until } from '../../support/until.js';

/** Operations. Part of `api.test.ts`, on its server. */
export function operationsCases(scene: ApiScene): void {
  describe('an idempotency key', () => {
    const replay = async (key: string, client = scene.api, body: object = {}): Promise<ApiAnswer> =>
      client.call('POST', `deliveries/${scene.delivery}/replay`, body, { 'idempotency-key': key });

    it('returns the same response again, without a second effect', async () => {
      const pongs = await scene.together.pongs();
      const key = `"${randomUUID()}"`;
      const [first, second] = [await replay(key), await replay(key)];
      expect(second.bytes.equals(first.bytes)).toBe(true);
      expect(first.headers.get('idempotency-replayed')).toBeNull();
      expect(second.headers.get('idempotency-replayed')).toBe('true');
      await until('the answer', async () => (await scene.together.pongs()) === pongs + 1);
      const another = await replay(key, scene.api, { dryRun: true });
      expect([another.status, another.json['type']]).toEqual([422, 'urn:hangar:idempotency_key_reused']);
    });

    it('is released after an expected error', async () => {
      const key = randomUUID();
      const refused = await replay(key, scene.api, { toHandler: 'Nobody.here' });
      expect([refused.status, refused.json['type']]).toEqual([404, 'urn:hangar:handler_unknown']);
      expect((await replay(key, scene.api, { dryRun: true })).status).toBe(200);
    });

    it('is unique over all processes, and after a crash reports an unknown outcome', async () => {
      const replica = await scene.together.startReplica();
      const other = await ApiClient.of(replica);
      const [key, lost] = [randomUUID(), randomUUID()];
      const pongs = await scene.together.pongs();
      await scene.together.database.query('BEGIN');
      let [first, second]: Promise<ApiAnswer | undefined>[] = [];
      try {
        await scene.together.database.query('LOCK TABLE deliveries IN ACCESS EXCLUSIVE MODE');
        first = replay(key);
        second = replay(lost, other).catch(() => undefined);
        const running = `SELECT FROM idempotency_keys WHERE state = 'running'`;
        await until('both', async () => (await scene.together.database.query(running)).length === 2);
        for (const { status, json } of [await replay(key, other), await replay(lost)])
          expect([status, json['type']]).toEqual([409, 'urn:hangar:idempotency_key_in_use']);
        await replica.end('SIGKILL');
      } finally {
        await scene.together.database.query('COMMIT');
      }
      await second;
      expect((await first)?.status).toBe(200);
      expect((await replay(key)).headers.get('idempotency-replayed')).toBe('true');
      await until('the answer', async () => (await scene.together.pongs()) >= pongs + 1);
      await scene.together.database.query(`UPDATE idempotency_keys SET started_at = now() - interval '11 minutes'`);
      const unknown = await replay(lost);
      expect([unknown.status, unknown.json['type']]).toEqual([409, 'urn:hangar:idempotency_outcome_unknown']);
      expect(await scene.together.pongs()).toBe(pongs + 1);
    });
  });

  describe('dead letters', () => {
    it('are listed page by page and redriven', async () => {
      await scene.together.plane.post('/faults', { match: '/api/v1/', kind: 'status', status: 403 });
      for (let count = 0; count < 3; count++) await scene.together.deliver(pingWebhook('v2'));
      await until('the dead letters', async () => {
        const waits = `name = '${HANDLER}' AND state = 'retry'`;
        await scene.together.database.query(
          `UPDATE pgboss.job SET retry_limit = retry_count, start_after = now() WHERE ${waits}`,
        );
        return items(await scene.get('dead-letters')).length === 3;
      });
      const first = await scene.get(`dead-letters?limit=2&handler=${HANDLER}`);
      const second = await scene.get(`dead-letters?limit=2&handler=${HANDLER}&cursor=${String(first.json['next'])}`);
      const letters = [...items(first), ...items(second)];
      expect(new Set(letters.map(({ id }) => id)).size).toBe(3);
      expect(second.json['next']).toBeUndefined();
      expect(letters[0]).toMatchObject({ handler: HANDLER, error: expect.stringContaining('403') });
      await scene.together.plane.clearFaults();
      const redrive = async (body: object): Promise<Record<string, unknown>> =>
        (await scene.api.call('POST', 'dead-letters/redrive', body)).json;
      const ids = [letters[0]?.['id'], randomUUID()];
      expect(await redrive({ all: true, dryRun: true })).toEqual({ redriven: 3, dryRun: true });
      expect(await redrive({ ids })).toEqual({ redriven: 1, dryRun: false });
      expect(await redrive({ handler: HANDLER })).toEqual({ redriven: 2, dryRun: false });
      expect(items(await scene.get('dead-letters'))).toEqual([]);
    });
  });

  describe('handlers', () => {
    it('are listed and read', async () => {
      expect(items(await scene.get('handlers'))).toEqual([
        expect.objectContaining({ id: 'OpenItemsAgent.answer', pattern: 'agent_run.prompted' }),
        expect.objectContaining({
          id: HANDLER,
          pattern: 'workitem.comment.created',
          pause: { paused: false },
        }),
      ]);
      expect((await scene.get(`handlers/${HANDLER}`)).json).toMatchObject({ id: HANDLER, parked: 0 });
    });

    it('are paused and resumed with the current ETag', async () => {
      const path = `handlers/${HANDLER}/pause`;
      const running = (await scene.get(path)).headers.get('etag') ?? '';
      const paused = await scene.api.call('PUT', path, { reason: 'a test' }, { 'if-match': running });
      expect(paused.json).toMatchObject({ paused: true, reason: 'a test', pausedBy: 'Developer' });
      expect((await scene.api.call('DELETE', path, undefined, { 'if-match': running })).status).toBe(412);
      expect((await scene.api.call('DELETE', path)).status).toBe(204);
      expect((await scene.get(path, { 'if-none-match': running })).status).toBe(304);
    });
  });

  describe('two changes at once with the same ETag', () => {
    it.each<[string, string, 'PUT' | 'POST' | 'DELETE', (at: number) => object | undefined]>([
      ['handlers/PingHandler.pong/pause', '', 'PUT', (at) => ({ reason: `test ${at}` })],
      ['webhook-secrets/sandbox', '', 'PUT', (at) => ({ secret: `plane_wh_of_writer_${at}` })],
      ['people/someone', '/disable', 'POST', () => undefined],
    ])('change %s%s once: the others get 412', async (path, change, method, body) => {
      await scene.api.call('POST', 'people/someone/disable');
      await scene.api.call('POST', 'people/someone/enable');
      const current = (await scene.get(path)).headers.get('etag') ?? '';
      const writers = Array.from({ length: 6 }, async (_, at) =>
        scene.api.call(method, `${path}${change}`, body(at), { 'if-match': current }),
      );
      const statuses = (await Promise.all(writers)).map(({ status }) => status);
      expect(statuses.toSorted((a, b) => a - b)).toEqual([200, 412, 412, 412, 412, 412]);
      if (method === 'PUT') await scene.api.call('DELETE', path);
    });
  });

  describe('webhook secrets', () => {
    it('that verified a webhook within the last day are deleted only with force', async () => {
      const path = 'webhook-secrets/sandbox';
      const [used, second, third] = ['used', 'second', 'third'].map((name) => `plane_wh_${name}`) as [
        string,
        string,
        string,
      ];
      const set = async (secret: string, force?: boolean): Promise<number> =>
        (await scene.api.call('PUT', path, { secret, ...(force && { force }) })).status;
      expect(await set(used)).toBe(200);
      await until('the secret to verify', async () => {
        const body = pingWebhook('v2');
        return (await scene.together.deliver(body, { 'x-plane-signature': sign(body, used) })).status === 202;
      });
      expect(await set(second)).toBe(200);
      const refused = await scene.api.call('PUT', path, { secret: third });
      expect(refused).toMatchObject({ status: 409, json: { type: 'urn:hangar:webhook_secret_in_use' } });
      for (const which of ['', '?previous=true'])
        expect(await scene.api.call('DELETE', `${path}${which}`)).toMatchObject({
          status: 409,
          json: { type: 'urn:hangar:webhook_secret_in_use' },
        });
      expect((await scene.get(path)).json['secrets']).toHaveLength(2);
      const body = pingWebhook('v2');
      expect((await scene.together.deliver(body, { 'x-plane-signature': sign(body, used) })).status).toBe(202);
      expect(await set(third, true)).toBe(200);
      expect(await set(used)).toBe(200);
      expect((await scene.api.call('DELETE', path)).status).toBe(409);
      expect((await scene.api.call('DELETE', `${path}?force=true`)).status).toBe(204);
    });

    it('are set and never returned', async () => {
      const secret = 'plane_wh_of_this_workspace_alone';
      const none = (await scene.get('webhook-secrets/sandbox')).headers.get('etag') ?? '';
      const set = await scene.api.call('PUT', 'webhook-secrets/sandbox', { secret }, { 'if-match': none });
      expect(set.json).toMatchObject({ workspace: 'sandbox', secrets: [{ standing: 'current' }] });
      const again = await scene.api.call(
        'PUT',
        'webhook-secrets/sandbox',
        { secret: `${secret}2` },
        { 'if-match': none },
      );
      expect(again.status).toBe(412);
      await scene.api.call('PUT', 'webhook-secrets/sandbox', { secret: `${secret}2` });
      const listed = await scene.get('webhook-secrets');
      expect(items(listed).map(({ standing }) => standing)).toEqual(['current', 'previous']);
      expect(listed.bytes.toString()).not.toContain(secret);
      expect((await scene.api.call('DELETE', 'webhook-secrets/sandbox?previous=true')).status).toBe(204);
      expect(items(await scene.get('webhook-secrets'))).toHaveLength(1);
      expect((await scene.api.call('DELETE', 'webhook-secrets/sandbox')).status).toBe(204);
      expect((await scene.api.call('DELETE', 'webhook-secrets/sandbox')).status).toBe(404);
      await until('the deletion to take effect', async () => {
        const { status } = await scene.together.deliver(pingWebhook('v2'));
        return status === 202;
      });
    });
  });

  describe('people', () => {
    const SUBJECT = 'a person who has left';
    const path = `people/${encodeURIComponent(SUBJECT)}`;

    it('are disabled and enabled, and lose their links', async () => {
      expect((await scene.api.call('POST', `${path}/disable`)).json).toMatchObject({
        subject: SUBJECT,
        links: [],
      });
      const [person] = items(await scene.get('people'));
      expect(person).toMatchObject({ subject: SUBJECT, issuer: 'development' });
      const disabled = await scene.get(path);
      const etag = disabled.headers.get('etag') ?? '';
      expect((await scene.get(path, { 'if-none-match': etag })).status).toBe(304);
      const enabled = await scene.api.call('POST', `${path}/enable`, undefined, { 'if-match': etag });
      expect(enabled.json['disabledAt']).toBeUndefined();
      expect((await scene.api.call('POST', `${path}/enable`, undefined, { 'if-match': etag })).status).toBe(412);
      await scene.together.database.query(
        `INSERT INTO linked_users (base_url, plane_user_id, issuer, subject) VALUES ($1, 'u1', 'development', $2), ($1, 'u2', 'development', 'development')`,
        [scene.together.environment['PLANE_BASE_URL'], SUBJECT],
      );
      expect((await scene.api.call('DELETE', 'me/links/u2')).status).toBe(204);
      expect((await scene.get(path)).json).toMatchObject({ links: [{ planeUserId: 'u1' }] });
      expect((await scene.api.call('DELETE', `${path}/links/u1`)).status).toBe(204);
      expect((await scene.api.call('DELETE', `${path}/links/u1`)).json['type']).toBe('urn:hangar:link_unknown');
    });
  });
}
