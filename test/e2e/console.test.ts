import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ConsoleVisitor, failedDelivery, inlineParts, SAFE_HEADERS } from '../support/console-visitor.js';
import { HangarWithSimulator, pingWebhook } from '../support/hangar-with-simulator.js';
import { until } from '../support/until.js';

const HANDLER = 'PingHandler.pong';
const HOSTILE = `"><script>alert('1')</script>`;
const ESCAPED = '&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;';

let together: HangarWithSimulator;
let admin: ConsoleVisitor;
let viewer: ConsoleVisitor;
let [failed, attempts] = ['', 0];

const PAGES = () => [
  '',
  '/deliveries',
  `/deliveries/${failed}`,
  `/deliveries/${failed}/payload`,
  '/dead-letters',
  '/dead-letters/redrive?all=yes',
  '/handlers',
  `/handlers/${HANDLER}`,
  '/installations',
  '/tokens',
  '/webhook-secrets',
  '/webhook-secrets/remove?workspace=sandbox',
  '/people',
  '/audit',
  '/links',
];

beforeAll(async () => {
  together = await HangarWithSimulator.start({ environment: { HANGAR_DRAIN_SECONDS: '86400' } });
  await together.install();
  ({ id: failed, attempts } = await failedDelivery(together, pingWebhook('v1')));
  await together.database.query(
    `UPDATE delivery_outcomes SET last_error = $1, attempts = jsonb_set(attempts, '{0,reason}', to_jsonb($1::text)),
       log = jsonb_build_array(jsonb_build_object('at', '2026-01-01T00:00:00Z', 'level', 'info', 'message', $1::text))`,
    [HOSTILE],
  );
  await together.plane.post('/workspaces/sandbox', { name: HOSTILE }); // what the next check reads
  await together.database.query(`UPDATE installations SET workspace_name = $1`, [HOSTILE]);
  admin = await ConsoleVisitor.signIn(together);
  viewer = await ConsoleVisitor.signIn(together, 'viewer');
});

afterAll(async () => {
  await together.stop();
});

describe('the pages of the console', () => {
  it('have unique titles, and load scripts, styles and images only from this server', async () => {
    for (const path of PAGES()) {
      const answer = await admin.get(`/console${path}`);
      const markup = await answer.text();
      expect([path, answer.status]).toEqual([path, 200]);
      expect(Object.fromEntries(answer.headers)).toMatchObject(SAFE_HEADERS);
      expect(markup).toMatch(/<h1>[^<]+<\/h1>/);
      expect([path, inlineParts(markup)]).toEqual([path, []]);
    }
  });

  it('escape errors, log lines and names', async () => {
    for (const path of [`/deliveries/${failed}`, '/deliveries', '', '/installations']) {
      const markup = await admin.page(`/console${path}`);
      expect([path, markup.includes(ESCAPED), markup.includes('<script>')]).toEqual([path, true, false]);
    }
    const search = await admin.page(`/console/deliveries?${new URLSearchParams({ text: HOSTILE }).toString()}`);
    expect(search).toContain(ESCAPED);
  });

  it('contain no token and no secret', async () => {
    const { environment, simulator } = together;
    const secrets = [simulator.clientSecret, simulator.webhookSecret, environment['HANGAR_ENCRYPTION_KEYS'] ?? ''];
    for (const path of PAGES()) {
      const markup = await admin.page(`/console${path}`);
      expect([path, secrets.filter((secret) => markup.includes(secret))]).toEqual([path, []]);
      expect(markup).not.toMatch(/plane_(?:at|rt|bot)_|eyJ[\w-]{10}/);
    }
  });

  it('serve their files as immutable, and files of another release uncached', async () => {
    const markup = await admin.page('/console');
    const paths = [...markup.matchAll(/(?:href|src)="(\/console\/assets\/[^"]+)"/g)].map(([, path = '']) => path);
    expect(paths).toHaveLength(3);
    for (const path of paths) {
      const { status, headers } = await fetch(`${together.url}${path}`);
      expect([status, headers.get('cache-control')]).toEqual([200, 'public, max-age=31536000, immutable']);
      const other = await fetch(`${together.url}${path.replace(/\.[0-9a-f]{12}\./, '.000000000000.')}`);
      expect([other.status, other.headers.get('cache-control')]).toEqual([200, 'no-store']);
    }
  });

  it('show an error page, not JSON, for unknown addresses', async () => {
    for (const path of [
      '/nonsense',
      '/deliveries/nonsense',
      '/handlers/No.one',
      '/installations/7',
      '/people/nobody',
    ]) {
      const answer = await admin.get(`/console${path}`);
      expect([path, answer.status, answer.headers.get('content-type')]).toEqual([
        path,
        404,
        'text/html; charset=utf-8',
      ]);
    }
  });

  it('redirect to the sign-in without a session, with the way back', async () => {
    const path = '/console/deliveries?state=failed';
    const answer = await fetch(`${together.url}${path}`, { redirect: 'manual' });
    expect([answer.status, answer.headers.get('location')]).toEqual([
      303,
      `/console/sign-in?${new URLSearchParams({ return_to: path }).toString()}`,
    ]);
  });
});

describe('roles', () => {
  it('let a viewer read, and name the role that operations need', async () => {
    const markup = await viewer.page(`/console/deliveries/${failed}`);
    expect(markup).toContain('Replaying needs the role <strong>operator</strong>; yours is viewer.');
    expect(markup).not.toContain('/replay');
    expect(await viewer.page('/console')).not.toContain('href="/console/audit"');
  });

  it.each(['/console/audit', '/console/people', '/console/dead-letters/redrive?all=yes'])(
    'forbid a viewer %s, with a page that names the role',
    async (path) => {
      const answer = await viewer.get(path);
      expect(answer.status).toBe(403);
      expect(await answer.text()).toMatch(/This needs the role (?:operator|admin); you have viewer/);
    },
  );

  it('forbid a viewer operations, even with a CSRF token', async () => {
    const form = await viewer.form('/console/links', '/console/sign-out');
    const answer = await viewer.post(`/console/deliveries/${failed}/replay`, form);
    expect(answer.status).toBe(403);
  });

  it('forbid a viewer the search for words, not for an id', async () => {
    for (const path of ['/console/deliveries', '/console/deliveries/live', '/api/v1/deliveries']) {
      expect([path, (await viewer.get(`${path}?text=pi`)).status]).toEqual([path, 403]);
      const found = await viewer.get(`${path}?text=${failed}`, { headers: { connection: 'close' } });
      expect([path, found.status]).toEqual([path, 200]);
      await found.body?.cancel();
    }
    // Words are read some seconds after the receipt.
    await until('the words to be found', async () =>
      (await admin.page('/console/deliveries?text=pi')).includes(failed),
    );
  });

  it('are required for every page except the person’s own links', async () => {
    const nobody = await ConsoleVisitor.signIn(together, 'none');
    expect((await nobody.get('/console')).status).toBe(403);
    expect(await nobody.page('/console/links')).toContain('without a role');
  });
});

describe('forms', () => {
  it('are rejected without the CSRF token, and from another site', async () => {
    const path = `/console/deliveries/${failed}/replay`;
    expect((await admin.post(path, {})).status).toBe(403);
    const form = await admin.form(`/console/deliveries/${failed}`, path);
    const foreign = await admin.post(path, form, { headers: { 'sec-fetch-site': 'cross-site' } });
    expect(foreign.status).toBe(403);
    expect(await foreign.text()).toContain('comes from another site');
  });

  it('pause a handler once if they are submitted twice, and show the result once', async () => {
    const path = `/console/handlers/${HANDLER}`;
    const form = await admin.form(path, `${path}/pause`, { reason: HOSTILE });
    const answers = await Promise.all([1, 2].map(async () => admin.post(`${path}/pause`, form)));
    expect(answers.map(({ status }) => status)).toEqual([303, 303]);
    const told = await admin.page(path);
    expect(told).toContain(`${HANDLER} is paused`);
    expect(told).toContain(ESCAPED);
    expect(await admin.page(path)).not.toContain('role="status"');
    const paused = `SELECT count(*)::int FROM audit_log WHERE action = 'handler.pause'`;
    expect(await together.database.query(paused)).toEqual([{ count: 1 }]);
    expect(await admin.submit(path, `${path}/resume`)).toContain('is resumed');
  });

  it('show errors on the page that they were submitted from', async () => {
    const path = '/console/webhook-secrets';
    const page = await admin.submit(path, `${path}/set`, { workspace: 'sandbox', secret: 'with a blank' });
    expect(page).toContain('Invalid webhook secret');
    expect(page).not.toContain('with a blank');
  });

  it('set and delete a webhook secret, shown by its fingerprint', async () => {
    const path = '/console/webhook-secrets';
    const page = await admin.submit(path, `${path}/set`, { workspace: 'sandbox', secret: 'plane_wh_secret' });
    expect(page).toMatch(/<code>[0-9a-f]{12}<\/code>/);
    expect(page).not.toContain('plane_wh_secret');
    const asked = `${path}/remove?workspace=sandbox`;
    expect(await admin.submit(asked, `${path}/remove`)).toContain('1 secret of sandbox deleted');
    const delivered = async (): Promise<boolean> => (await together.deliver(pingWebhook('v2'))).status === 202;
    await until('the deletion to take effect', delivered); // up to 5 s later, as documented
  });

  it('refresh a token, and do not revoke the token of a bot', async () => {
    const [token] = await together.database.query<{ id: string }>('SELECT id FROM tokens');
    const path = `/console/tokens/${token?.id}`;
    expect(await admin.submit('/console/tokens', `${path}/refresh`)).toContain('The token was refreshed');
    expect(await admin.submit(`${path}/revoke`, `${path}/revoke`)).toContain('That did not work');
  });

  it('redrive all dead letters after a confirmation with their number', async () => {
    const asked = '/console/dead-letters/redrive?all=yes';
    expect(await admin.page(asked)).toContain('<strong>1 event</strong> will be queued again for this handler');
    const page = await admin.submit(asked, '/console/dead-letters/redrive');
    expect(page).toContain('1 event was queued again');
    await until('the event to be handled', async () =>
      (await admin.page(`/console/deliveries/${failed}`)).includes(`handled it on attempt ${attempts + 1}`),
    );
  });

  it('are audited, and so are reads of a payload, which another site cannot cause', async () => {
    const [body, payload] = [`/api/v1/deliveries/${failed}/body`, `/console/deliveries/${failed}/payload`];
    const from = (site: string): RequestInit => ({ headers: { 'sec-fetch-site': site } });
    const entries = async (): Promise<number> => (await together.database.query(`SELECT FROM audit_log`)).length;
    const before = await entries();
    for (const path of [payload, `/api/v1/deliveries/${failed}`, body, '/api/v1/audit/export'])
      expect(await (await admin.get(path, from('cross-site'))).text()).toContain('Open it from the console');
    expect((await admin.get('/console/deliveries', from('cross-site'))).status).toBe(200);
    expect(await entries()).toBe(before);
    expect((await admin.get(payload, from('none'))).status).toBe(200);
    expect(await entries()).toBe(before + 1);
    const page = await admin.page('/console/audit?action=delivery.read');
    expect(page).toContain(`<a href="/console/deliveries/${failed}">`);
    expect(page).toMatch(
      />Developer<\/a>\s+<code class="id">development<\/code>\s+<span[^>]*>person of development from/,
    );
    expect(await admin.submit('/console/audit', '/console/audit/verify')).toContain('is intact');
  });
});

describe('lists', () => {
  it('are filtered, and report unknown names with similar ones', async () => {
    expect(await admin.page(`/console/deliveries?handler=${HANDLER}&workspace=sandbox`)).toContain(failed);
    expect(await admin.page('/console/deliveries?event=nothing.such')).toContain(
      '<strong>Unknown event:</strong> nothing.such',
    );
    for (const path of [
      '/deliveries?handler=PingHandler.pnog',
      '/deliveries?workspace=sandbx',
      '/deliveries?state=handeld',
      '/dead-letters?handler=PingHandler.pnog',
      '/tokens?state=lvie',
      '/audit?action=token.refrsh',
    ])
      expect([path, await admin.page(`/console${path}`)]).toEqual([
        path,
        expect.stringMatching(/<strong>Unknown \w+:<\/strong> [\w.]+\. Did you mean <a href="/),
      ]);
    expect(await admin.page('/console/deliveries?event=cycle.created')).toContain('No results');
    expect((await admin.get('/console/deliveries?event=%00&handler=%00')).status).toBe(200);
  });

  it('send a new delivery to an open page, until the session ends', async () => {
    const watcher = await ConsoleVisitor.signIn(together, 'viewer');
    const stream = await watcher.get('/console/deliveries/live');
    expect(stream.headers.get('content-type')).toContain('text/event-stream');
    const { status, body } = await together.deliver(pingWebhook('v2'));
    expect(status).toBe(202);
    let text = '';
    for await (const part of stream.body as unknown as AsyncIterable<Uint8Array>) {
      const known = text.includes(`delivery-${body.id}`);
      text += Buffer.from(part).toString();
      if (!known && text.includes(`delivery-${body.id}`)) await watcher.leave();
    }
    expect(text).toMatch(/^retry: \d+\n\nevent: parts\ndata: \[/);
    expect(text).toContain('event: ended');
  });

  it('are updated live on at most 6 pages of a person', async () => {
    const alone = { headers: { connection: 'close' } };
    const many = await Promise.all(Array.from({ length: 7 }, async () => admin.get('/console/deliveries/live', alone)));
    expect(many.filter(({ status }) => status === 200)).toHaveLength(6);
    expect(many.filter(({ status }) => status === 429)).toHaveLength(1);
    await Promise.all(many.map(async ({ body }) => body?.cancel()));
    await until('the streams to end', async () => {
      const { status, body } = await admin.get('/console/deliveries/live', alone);
      await body?.cancel();
      return status === 200;
    });
  });

  it('do not delay the shutdown of the server', async () => {
    const stream = await admin.get('/console/deliveries/live');
    expect(await together.hangar.end()).toBe(0); // it would wait for a day
    expect(await stream.text()).toContain('event: parts');
  });
});
