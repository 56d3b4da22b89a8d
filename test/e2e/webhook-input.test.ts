import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { setImmediate } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { recorded, signedExamples } from '../fixtures/recorded.js';
import { FIXTURE_SECRET, HangarWithSimulator, pingWebhook, sign } from '../support/hangar-with-simulator.js';

const JSON_TYPE = { 'content-type': 'application/json' };
const PROBLEM_KEYS = ['detail', 'requestId', 'status', 'title', 'type'];
const PIECE = 65_536;
const STACK = /\n\s+at |node_modules|\.[jt]s:\d/;

let together: HangarWithSimulator;

beforeAll(async () => {
  together = await HangarWithSimulator.start();
});

afterAll(async () => {
  await together.stop();
});

afterEach(async () => {
  expect((await fetch(`${together.url}/health/live`)).status).toBe(200);
  expect(await together.deliver(pingWebhook('v2'))).toMatchObject({
    status: 202,
    body: { status: 'accepted' },
  });
});

describe('a webhook without a valid signature is rejected with 401', () => {
  const body = pingWebhook('v2');
  const good = (): string => sign(body, together.simulator.webhookSecret);

  it.each<[string, () => string | undefined]>([
    ['no signature', () => undefined],
    ['an empty one', () => ''],
    ['one digit too few', () => good().slice(1)],
    ['one digit too many', () => `${good()}0`],
    ['a very long one', () => 'a'.repeat(8000)],
    ['letters that are no hex digits', () => 'z'.repeat(64)],
    ['bytes beyond ASCII', () => 'é'.repeat(64)],
    ['upper-case hex', () => good().toUpperCase()],
    ['a prefix as other senders have it', () => `sha256=${good()}`],
    ['another secret', () => sign(body, 'plane_wh_ffffffffffffffffffffffffffffffff')],
    ['the empty secret', () => sign(body, '')],
    ['another body', () => sign(`${body} `, together.simulator.webhookSecret)],
  ])('%s', async (_, signature) => {
    const value = signature();
    expect(problemIn(await send({ body, ...(value !== undefined && { signature: value }) }))).toBe(401);
  });

  it('two signatures, one of them valid', async () => {
    const headers = { ...JSON_TYPE, 'x-plane-signature': [good(), 'a'.repeat(64)] };
    expect(problemIn(await raw({ method: 'POST', headers, body: Buffer.from(body) }))).toBe(401);
  });

  it.each(['', '[]', 'null', '{', '\u0000', '{"__proto__":1}'])('with the body %j', async (text) => {
    expect(problemIn(await send({ body: text, signature: 'a'.repeat(64) }))).toBe(401);
    expect(problemIn(await send({ body: text }))).toBe(401);
  });
});

describe('a signed webhook that is not a JSON object is rejected with 400', () => {
  it.each<[string, string | Buffer]>([
    ['an empty body', ''],
    ['blanks', ' \n'],
    ['a list', '[]'],
    ['null', 'null'],
    ['a number', '42'],
    ['a text', '"event"'],
    ['true', 'true'],
    ['half an object', pingWebhook('v2').slice(0, -1)],
    ['two objects', '{}{}'],
    ['a form', 'event=issue&action=created'],
    ['10,000 levels of lists', `${'['.repeat(10_000)}${']'.repeat(10_000)}`],
    ['10,000 levels of objects', `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`],
    ['5 MB of opening brackets', '['.repeat(5_000_000)],
    ['invalid UTF-8', Buffer.from([...Buffer.from('{"event":"'), 0xff, 0xfe, ...Buffer.from('"}')])],
    ['a text in UTF-16', Buffer.from(pingWebhook('v2'), 'utf16le')],
  ])('%s', async (_, body) => {
    expect(problemIn(await send({ body, signature: signed(body) }))).toBe(400);
  });
});

describe('a signed webhook with unusual values is accepted', () => {
  it.each<[string, string]>([
    ['an event of an unknown name', changed({ event: 'workitem.exploded' })],
    ['an event with a name of 100 kB', changed({ event: 'e'.repeat(100_000) })],
    ['an unknown workspace', changed({ workspace_id: randomUUID() })],
    ['a key given twice', changed({}).replace('{', '{"event":"project.created",')],
    ['keys that mean something to JavaScript', changed({}).replace('{', '{"__proto__":{"event":1},')],
    ['a constructor', changed({}).replace('{', '{"constructor":{"prototype":{"polluted":1}},')],
    ['NUL in the event id', changed({ event_id: `a\u0000b${randomUUID()}` })],
    ['NUL in the workspace', changed({ workspace_id: 'a\u0000b' })],
    ['NUL in the name', changed({ event: 'workitem\u0000.created' })],
    ['NUL in the entity', changed({ entity_id: '\u0000' })],
    ['an event id of 100 kB', changed({ event_id: randomUUID().repeat(2800) })],
    ['a workspace of 100 kB', changed({ workspace_id: 'w'.repeat(100_000) })],
    ['an entity of 100 kB', changed({ entity_id: 'e'.repeat(100_000) })],
    ['lone surrogates', changed({ event_id: `\ud800${randomUUID()}`, workspace_id: '\udfff' })],
    ['a name of emoji cut in two', changed({ event: `${'a'.repeat(134)}${'😀'.repeat(200)}` })],
    ['a text of 4 MB', changed({ data: { id: 'i', description_html: 'x'.repeat(4_000_000) } })],
  ])('%s', async (_, body) => {
    const { status, body: first } = await together.deliver(body);
    expect({ status, outcome: first.status }).toEqual({ status: 202, outcome: 'accepted' });
    expect(await together.deliver(body)).toEqual({
      status: 200,
      body: { status: 'duplicate', id: first.id },
    });
  });

  it('a key given twice has its last value', async () => {
    const { body } = await together.deliver(changed({}).replace('{', '{"event":"project.created",'));
    expect(await together.database.query('SELECT event_name FROM deliveries WHERE id = $1', [body.id])).toEqual([
      { event_name: 'workitem.comment.created' },
    ]);
  });

  it('with a charset and other parameters of the content type', async () => {
    const answer = await together.deliver(changed({}), { 'content-type': 'application/json; charset=utf-8' });
    expect(answer.status).toBe(202);
  });
});

describe('a request that is not a webhook', () => {
  it('with 300 KB is rejected at every other address, where no backpressure applies', async () => {
    const init = { method: 'POST', headers: JSON_TYPE, body: JSON.stringify({ text: 'x'.repeat(300_000) }) };
    for (const path of ['/nowhere', '/console/sign-out', '/oauth/setup'])
      expect([path, (await fetch(`${together.url}${path}`, init)).status]).toEqual([path, 413]);
    const webhook = await together.deliver(changed({ data: { text: 'x'.repeat(4_000_000) } }));
    expect(webhook.status).not.toBe(413);
  });

  it('with a Content-Length of 6 MB is rejected before its body is sent', async () => {
    const headers = { ...JSON_TYPE, 'content-length': '6000000', 'x-plane-signature': 'a'.repeat(64) };
    expect(problemIn(await raw({ method: 'POST', headers, body: 'never sent' }))).toBe(413);
  });

  it('with 6 MB and no Content-Length is rejected while it is sent', async () => {
    const body = Buffer.from(changed({ data: { text: 'x'.repeat(6_000_000) } }));
    const headers = { ...JSON_TYPE, 'transfer-encoding': 'chunked', 'x-plane-signature': signed(body) };
    expect(problemIn(await raw({ method: 'POST', headers, body }))).toBe(413);
  });

  it.each(['text/plain', 'multipart/form-data; boundary=x', 'application/xml', 'nonsense', undefined])(
    'with the content type %s is rejected',
    async (type) => {
      const body = Buffer.from(changed({}));
      const headers = {
        'x-plane-signature': signed(body),
        ...(type !== undefined && { 'content-type': type }),
      };
      expect(problemIn(await raw({ method: 'POST', headers, body }))).toBe(415);
    },
  );

  it.each<[string, Record<string, string>, string]>([
    ['GET', {}, ''],
    ['DELETE', {}, ''],
    ['PUT', JSON_TYPE, '{}'],
    ['PATCH', JSON_TYPE, '{}'],
    ['OPTIONS', {}, ''],
  ])('with the method %s returns 405 %j', async (method, headers, body) => {
    const answer = await raw({ method, headers, body: Buffer.from(body) });
    expect(answer.headers['allow']).toBe('POST');
    expect(problemIn(answer)).toBe(405);
  });

  it.each(['/webhooks', '/webhooks/plane/more', '/nothing', '/webhooks/plane%00'])(
    'to %s returns 404',
    async (path) => {
      expect(problemIn(await raw({ method: 'POST', path, headers: JSON_TYPE, body: Buffer.from('{}') }))).toBe(404);
    },
  );

  it('with a path that cannot be decoded returns a problem', async () => {
    expect(problemIn(await raw({ method: 'GET', path: '/webhooks/%ff', headers: {}, body: Buffer.alloc(0) }))).toBe(
      400,
    );
  });
});

describe.each(signedExamples())('the recorded example $fixture', (example) => {
  const body = Buffer.from(example.body_base64, 'base64');
  const signature = example['x-plane-signature'];

  it('is accepted once, and then reported as a duplicate', async () => {
    const first = await together.deliver(body, { 'x-plane-signature': signature });
    expect(first).toMatchObject({ status: 202, body: { status: 'accepted' } });
    const again = await together.deliver(body, { 'x-plane-signature': signature });
    expect(again).toEqual({ status: 200, body: { status: 'duplicate', id: first.body.id } });
  });

  it('is rejected with one bit changed', async () => {
    for (const position of positions(body.length))
      expect(problemIn(await send({ body: flipped(body, position), signature }))).toBe(401);
    for (const position of positions(signature.length)) {
      const digit = signature[position] === '0' ? '1' : '0';
      const forged = signature.slice(0, position) + digit + signature.slice(position + 1);
      expect(problemIn(await send({ body, signature: forged }))).toBe(401);
    }
  });
});

/** A v2 webhook of a new event with some fields replaced, or left out where `undefined`. */
function changed(fields: Record<string, unknown>): string {
  return JSON.stringify({
    ...recorded('v2-workitem-comment-created'),
    event_id: randomUUID(),
    ...fields,
  });
}

function signed(body: string | Buffer): string {
  return sign(body, FIXTURE_SECRET);
}

const positions = (length: number): number[] => [0, 1, Math.floor(length / 2), length - 2, length - 1];

function flipped(body: Buffer, position: number): Buffer {
  const copy = Buffer.from(body);
  copy[position] = (copy[position] ?? 0) ^ 1;
  return copy;
}

interface RawAnswer {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly text: string;
}

async function send({ body, signature }: { body: string | Buffer; signature?: string }): Promise<RawAnswer> {
  const headers = { ...JSON_TYPE, ...(signature !== undefined && { 'x-plane-signature': signature }) };
  return raw({ method: 'POST', headers, body: Buffer.from(body) });
}

interface RawRequest {
  readonly method: string;
  readonly path?: string;
  readonly headers: Record<string, string | string[]>;
  readonly body: Buffer | 'never sent';
}

/** Sends piece by piece until the answer comes: a server that refuses a body need not read it all. */
async function raw({ method, path = '/webhooks/plane', headers, body }: RawRequest): Promise<RawAnswer> {
  const bytes = Object.entries(headers).map(([name, value]) => [
    name,
    typeof value === 'string' ? latin1(value) : value,
  ]);
  const options = { method, path, headers: Object.fromEntries(bytes), agent: false };
  const sent = request(together.url, options);
  const answers: IncomingMessage[] = [];
  const answer = once(sent, 'response').then(async ([response]: IncomingMessage[]) => {
    sent.on('error', () => undefined); // the rest of the body finds a closed connection
    if (!response) throw new Error('no answer');
    answers.push(response);
    return { status: response.statusCode ?? 0, headers: response.headers, text: await text(response) };
  });
  sent.flushHeaders();
  if (body === 'never sent') return answer.finally(() => sent.destroy());
  for (let at = 0; at < body.length && answers.length === 0; at += PIECE) {
    sent.write(body.subarray(at, at + PIECE));
    await setImmediate();
  }
  sent.end();
  return answer;
}

const latin1 = (text: string): string => Buffer.from(text).toString('latin1');

/** The status of an answer that is a problem as all of them are, and gives nothing away. */
function problemIn({ status, headers, text }: RawAnswer): number {
  expect({ type: headers['content-type'], text }).toEqual({
    type: expect.stringMatching(/^application\/problem\+json/),
    text: expect.not.stringMatching(STACK),
  });
  const problem = JSON.parse(text) as Record<string, unknown>;
  expect(Object.keys(problem).sort()).toEqual(PROBLEM_KEYS);
  const told = { title: expect.stringMatching(/./), detail: expect.stringMatching(/./) };
  expect(problem).toMatchObject({ status, ...told });
  const { PLANE_CLIENT_SECRET, HANGAR_ENCRYPTION_KEYS = '', DATABASE_URL = '' } = together.environment;
  const key = HANGAR_ENCRYPTION_KEYS.split(':')[1];
  const { password } = new URL(DATABASE_URL);
  for (const secret of [PLANE_CLIENT_SECRET, together.simulator.webhookSecret, FIXTURE_SECRET, key, password])
    expect(text).not.toContain(secret);
  return status;
}
