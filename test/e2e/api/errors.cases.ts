import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { type ApiScene } from '../../support/api-scene.js';

/** Errors. Part of `api.test.ts`, on its server. */
export function errorCases(scene: ApiScene): void {
  describe('an invalid request', () => {
    const notFound = (type: string): [number, string] => [404, `urn:hangar:${type}`];

    it.each<[string, string, unknown, [number, string], string[]]>([
      [
        'GET',
        'deliveries?limit=0&evnt=x&since=soon&state=odd',
        undefined,
        [400, 'urn:hangar:request_invalid'],
        ['evnt', 'limit', 'since', 'state'],
      ],
      ['GET', 'deliveries?limit=201&cursor=nonsense', undefined, [400, 'urn:hangar:request_invalid'], ['limit']],
      ['GET', 'deliveries?cursor=nonsense', undefined, [400, 'urn:hangar:request_invalid'], ['cursor']],
      ['GET', 'deliveries?event=a&event=b', undefined, [400, 'urn:hangar:request_invalid'], ['event']],
      [
        'GET',
        'deliveries?handler=PingHandler.pnog&event=workitem.creatd&workspace=elsewhere',
        undefined,
        [400, 'urn:hangar:request_invalid'],
        ['event', 'handler', 'workspace'],
      ],
      ['GET', 'dead-letters?handler=PingHandler.pnog', undefined, [400, 'urn:hangar:request_invalid'], ['handler']],
      [
        'POST',
        'dead-letters/redrive',
        { handler: 'PingHandler.pnog' },
        [400, 'urn:hangar:request_invalid'],
        ['handler'],
      ],
      ['POST', 'deliveries/replay', { workspace: 'elsewhere' }, [400, 'urn:hangar:request_invalid'], ['workspace']],
      ['GET', 'deliveries?since=2026-02-30', undefined, [400, 'urn:hangar:request_invalid'], ['since']],
      ['GET', 'audit?until=2026-02-29T09:00:00Z', undefined, [400, 'urn:hangar:request_invalid'], ['until']],
      [
        'GET',
        'dead-letters?cursor=MDE5ODVhM2MtMDAwMC03MDAwLTgwMDAtMDAwMDAwMDAwMDAwIDIwMjYtMDItMzAgMDk6MDA6MDAuMSswMA', // <id> 2026-02-30 09:00:00.1+00
        undefined,
        [400, 'urn:hangar:request_invalid'],
        ['cursor'],
      ],
      [
        'GET',
        'dead-letters?cursor=MDE5ODVhM2MtMDAwMC03MDAwLTgwMDAtMDAwMDAwMDAwMDAwIDIwMjYtMDEtMDEgMjQ6MDA6MDArMDA', // <id> 2026-01-01 24:00:00+00
        undefined,
        [400, 'urn:hangar:request_invalid'],
        ['cursor'],
      ],
      [
        'GET',
        'dead-letters?cursor=MDE5ODVhM2MtMDAwMC03MDAwLTgwMDAtMDAwMDAwMDAwMDAwIDIwMjYtMDEtMDEgMDk6MDA6MDArMTg6MDA', // <id> 2026-01-01 09:00:00+18:00
        undefined,
        [400, 'urn:hangar:request_invalid'],
        ['cursor'],
      ],
      ['POST', 'dead-letters/redrive', { handler: null }, [400, 'urn:hangar:request_invalid'], ['handler']],
      ['POST', 'dead-letters/redrive', { ids: null }, [400, 'urn:hangar:request_invalid'], ['ids']],
      [
        'POST',
        'deliveries/replay',
        { event: null, workspace: null, state: null, since: null, text: null, dryRun: null },
        [400, 'urn:hangar:request_invalid'],
        ['dryRun', 'event', 'workspace', 'state', 'since', 'text'],
      ],
      ['POST', 'deliveries/replay', { text: ' \t' }, [400, 'urn:hangar:request_invalid'], ['text']],
      ['POST', 'deliveries/replay', { text: ' ' }, [400, 'urn:hangar:request_invalid'], ['text']],
      ['GET', 'deliveries?constructor=1', undefined, [400, 'urn:hangar:request_invalid'], ['constructor']],
      ['POST', 'deliveries/replay', { valueOf: 1 }, [400, 'urn:hangar:request_invalid'], ['valueOf']],
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
      ['POST', 'dead-letters/redrive', { all: true, handler: 'x' }, [400, 'urn:hangar:request_invalid'], ['body']],
      ['PUT', 'webhook-secrets/sandbox', { secret: 'has blanks' }, [400, 'urn:hangar:request_invalid'], ['secret']],
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
      ['GET', 'people/%00', undefined, notFound('person_unknown'), []],
      ['POST', 'people/nobody/enable', undefined, notFound('person_unknown'), []],
      ['POST', 'people/%00/enable', undefined, notFound('person_unknown'), []],
      ['POST', 'people/%00/disable', undefined, [400, 'urn:hangar:subject_unusable'], []],
      ['DELETE', 'people/%00/links/%00', undefined, notFound('link_unknown'), []],
      ['DELETE', 'me/links/%00', undefined, notFound('link_unknown'), []],
      ['PUT', 'handlers/%00/pause', undefined, notFound('handler_unknown'), []],
      ['DELETE', 'handlers/%00/pause', undefined, notFound('handler_unknown'), []],
      ['PUT', 'webhook-secrets/%00', { secret: 'x' }, notFound('workspace_unknown'), []],
      ['DELETE', 'webhook-secrets/%00', undefined, notFound('workspace_unknown'), []],
      ['DELETE', 'tokens/%00', undefined, notFound('token_unknown'), []],
      ['GET', 'deliveries?text=%00', undefined, [400, 'urn:hangar:request_invalid'], ['text']],
      [
        'PUT',
        'handlers/PingHandler.pong/pause',
        '{"reason":"\\ud800"}',
        [400, 'urn:hangar:request_invalid'],
        ['reason'],
      ],
      ['PUT', 'handlers/PingHandler.pong/pause', '{"reason":1e999}', [400, 'urn:hangar:request_invalid'], ['reason']],
      [
        'POST',
        'dead-letters/redrive',
        { all: { toString: 1, valueOf: 1 } },
        [400, 'urn:hangar:request_invalid'],
        ['all'],
      ],
      ['GET', 'nothing', undefined, notFound('route_unknown'), []],
      ['PATCH', 'deliveries', undefined, [405, 'urn:hangar:method_not_allowed'], []],
      ['POST', 'deliveries/replay', '{"event":', [400, 'about:blank'], []],
    ])('%s %s %j', async (method, path, body, [status, type], parameters) => {
      const answer = await scene.api.call(method, path, body);
      expect([answer.status, answer.json['type']]).toEqual([status, type]);
      expect(answer.headers.get('x-request-id')).toBe(answer.json['requestId']);
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
      expect(answer.headers.get('cache-control')).toBe('no-store');
      const errors = (answer.json['errors'] ?? []) as { parameter: string }[];
      expect(errors.map(({ parameter }) => parameter).toSorted()).toEqual(parameters.toSorted());
    });

    it('with an unknown name in a filter is answered with similar names', async () => {
      const { json } = await scene.get('deliveries?handler=PingHandler.pnog&event=workitem.creatd');
      expect(json['errors']).toEqual([
        { parameter: 'handler', problem: 'is unknown; similar: PingHandler.pong' },
        { parameter: 'event', problem: expect.stringContaining('similar: workitem.created') },
      ]);
    });

    it('is a revocation of a bot’s token', async () => {
      const answer = await scene.api.call('DELETE', `tokens/${await scene.tokenOf('bot')}`);
      expect([answer.status, answer.json['type']]).toEqual([409, 'urn:hangar:bot_token_kept']);
    });

    it('is a body of more than 256 KB', async () => {
      expect((await scene.api.call('POST', 'deliveries/replay', { event: 'x'.repeat(262_144) })).status).toBe(413);
    });

    it('is not cached, however the path is encoded', async () => {
      const answer = await scene.api.call('GET', '../../%61pi/v1/me');
      expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'no-store']);
    });

    it.each([
      ['lists', '[', ']'],
      ['lists in a field', '{"event":[', ']}'],
      ['objects', '{"event":', '}'],
    ])('is a body of 100,000 nested %s', async (_, open, close) => {
      const times = 100_000 / open.length;
      const body = open.repeat(times) + (open.endsWith(':') ? '1' : '') + close.repeat(times);
      const key = { 'idempotency-key': randomUUID() };
      const answer = await scene.api.call('POST', 'deliveries/replay', body.slice(0, 262_000), key);
      expect([answer.status, answer.json['type']]).toEqual([400, 'urn:hangar:body_too_deep']);
    });

    it('is a body of another type, and an invalid idempotency key', async () => {
      const text = { 'content-type': 'text/plain' };
      expect((await scene.api.call('POST', 'deliveries/replay', 'event=x', text)).status).toBe(415);
      const key = { 'idempotency-key': '"' };
      expect((await scene.api.call('POST', `deliveries/${scene.delivery}/replay`, {}, key)).json['errors']).toEqual([
        { parameter: 'Idempotency-Key', problem: expect.stringContaining('1 to 255') },
      ]);
    });

    it('is a method that the path does not have', async () => {
      const answer = await scene.api.call('PUT', `tokens/${randomUUID()}`);
      expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, DELETE']);
    });
  });
}
