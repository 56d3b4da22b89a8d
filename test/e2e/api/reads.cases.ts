import { describe, expect, it } from '@jest/globals';
import { type ApiScene, HANDLER, items, STORED } from '../../support/api-scene.js';
import { until } from '../../support/until.js';

/** Reads. Part of `api.test.ts`, on its server. */
export function readsCases(scene: ApiScene): void {
  describe('installations and tokens', () => {
    it('are listed and read', async () => {
      const [installation] = items(await scene.get('installations'));
      expect(installation).toMatchObject({ workspaceSlug: 'sandbox', status: 'installed' });
      const one = await scene.get(`installations/${String(installation?.['id'])}`);
      expect(one.json).toEqual(installation);
      const kinds = items(await scene.get('tokens')).map(({ kind }) => kind);
      expect(new Set(kinds)).toEqual(new Set(['bot', 'user']));
    });

    it('are refreshed, and a token is not revoked with an outdated ETag', async () => {
      const user = await scene.tokenOf('user');
      const before = await scene.get(`tokens/${user}`);
      const etag = before.headers.get('etag') ?? '';
      expect((await scene.get(`tokens/${user}`, { 'if-none-match': etag })).status).toBe(304);
      const refreshed = await scene.api.call('POST', `tokens/${user}/refresh`);
      expect(refreshed.status).toBe(200);
      expect(refreshed.json['expiresAt']).not.toBe(before.json['expiresAt']);
      const late = await scene.api.call('DELETE', `tokens/${user}`, undefined, { 'if-match': etag });
      expect([late.status, late.json['type']]).toEqual([412, 'urn:hangar:precondition_failed']);
      const now = (await scene.get(`tokens/${user}`)).headers.get('etag') ?? '';
      expect((await scene.api.call('DELETE', `tokens/${user}`, undefined, { 'if-match': now })).status).toBe(204);
      expect((await scene.get(`tokens/${user}`)).json).toMatchObject({ state: 'revoked' });
    });
  });

  describe('deliveries', () => {
    it('are listed page by page, each once', async () => {
      const seen: unknown[] = [];
      for (let path: string | undefined = 'deliveries?limit=4'; path;) {
        const page = await scene.get(path);
        seen.push(...items(page).map(({ id }) => id));
        const { next } = page.json;
        path = typeof next === 'string' ? `deliveries?limit=4&cursor=${next}` : undefined;
      }
      expect(seen).toHaveLength(STORED);
      expect(new Set(seen).size).toBe(STORED);
      expect(seen.at(-1)).toBe(scene.delivery);
    });

    it.each([
      ['event=workitem.comment.created', STORED],
      ['event=issue_comment.created', STORED],
      ['event=cycle.created', 0],
      ['workspace=sandbox', STORED],
      [`state=handled&handler=${HANDLER}`, 5],
      ['state=failed', 0],
      ['since=2020-01-01T00:00:00Z', STORED],
      ['until=2020-01-01', 0],
    ])('are filtered: %s', async (query, count) => {
      const found = await until('the outcomes', async () => {
        const page = items(await scene.get(`deliveries?${query}`));
        return page.length === count && page;
      });
      for (const { event } of found) expect(event).toBe('workitem.comment.created');
    });

    it('are read with body, event, attempts and log', async () => {
      const { json } = await scene.get(`deliveries/${scene.delivery}`);
      expect(json).toMatchObject({
        event: 'workitem.comment.created',
        workspaceSlug: 'sandbox',
        outcomes: [{ handler: HANDLER, state: 'handled', attempts: [{ attempt: 1, outcome: 'handled' }] }],
        normalised: { name: 'workitem.comment.created', comment: { text: '/ping' } },
        payload: { size: scene.sent.length, base64: scene.sent.toString('base64'), json: { odd: 'é/' } },
      });
      const body = await scene.get(`deliveries/${scene.delivery}/body`);
      expect(body.bytes.equals(scene.sent)).toBe(true);
      expect(body.headers.get('content-type')).toBe('application/octet-stream');
      expect(body.headers.get('x-content-type-options')).toBe('nosniff');
      expect(body.headers.get('content-disposition')).toContain('attachment');
    });

    it('are replayed, one and by filter', async () => {
      expect((await scene.api.call('POST', `deliveries/${scene.delivery}/replay`, { dryRun: true })).json).toEqual({
        deliveries: 1,
        jobs: 1,
        dryRun: true,
      });
      const many = await scene.api.call('POST', 'deliveries/replay', {
        workspace: 'sandbox',
        toHandler: HANDLER,
        dryRun: true,
      });
      expect(many.json).toEqual({ deliveries: STORED, jobs: STORED, dryRun: true });
      const done = await scene.api.call('POST', `deliveries/${scene.delivery}/replay`);
      expect(done.json).toEqual({ deliveries: 1, jobs: 1, dryRun: false });
      await until('the answer', async () => (await scene.together.pongs()) === 6);
    });
  });

  describe('activity', () => {
    it('has an item for each minute', async () => {
      expect(items(await scene.get('activity?minutes=3'))).toHaveLength(3);
    });
  });

  describe('the audit log', () => {
    it('lists, page by page, what was done and by whom', async () => {
      const first = await scene.get('audit?action=delivery.read&limit=1');
      expect(items(first)).toEqual([
        expect.objectContaining({
          action: 'delivery.read',
          target: `delivery/${scene.delivery}`,
          outcome: 'done',
          by: { kind: 'machine', id: 'development', name: 'Developer', from: expect.any(String) },
        }),
      ]);
      const second = await scene.get(`audit?action=delivery.read&limit=1&cursor=${String(first.json['next'])}`);
      expect(Number(items(second)[0]?.['seq'])).toBeLessThan(Number(items(first)[0]?.['seq']));
    });

    it('is exported as JSON lines, the export included, and verified', async () => {
      const { bytes, headers } = await scene.get('audit/export');
      expect(headers.get('content-type')).toBe('application/jsonl');
      const lines = bytes.toString().trimEnd().split('\n');
      const entries = lines.map((line) => JSON.parse(line) as { seq: number; action: string; at: string });
      expect(entries.map(({ seq }) => seq)).toEqual(entries.map((_, at) => at + 1));
      expect(entries.at(-1)?.action).toBe('audit.export');
      expect((await scene.get('audit/verify')).json).toMatchObject({
        intact: true,
        entries: entries.length,
        faults: [],
      });
    });
  });

  describe('me', () => {
    it('is the operator who sends the request', async () => {
      expect((await scene.get('me')).json).toMatchObject({ kind: 'machine', role: 'admin' });
    });
  });
}
