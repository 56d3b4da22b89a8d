import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { HangarWithSimulator } from '../support/hangar-with-simulator.js';
import { IdentityProvider, type Minted } from '../support/identity-provider.js';
import { until } from '../support/until.js';

const GOOD = { aud: 'hangar-api', sub: 'deploy-bot', groups: ['sre'] };
/** How often the provider may be asked for its keys in vain: so often, and then once in so many ms. */
const [ASKS_AT_ONCE, ASK_EVERY_MS] = [5, 10_000];
const NOW = Math.floor(Date.now() / 1000);

let provider: IdentityProvider;
let together: HangarWithSimulator;

beforeAll(async () => {
  provider = await IdentityProvider.start();
  together = await HangarWithSimulator.start({ environment: provider.environment });
  await provider.app(together.url);
});

afterAll(async () => {
  await together.stop();
  await provider.stop();
});

describe('a bearer token', () => {
  it('of the provider’s client credentials grant is a program with its role', async () => {
    const token = await provider.machineToken({ groups: ['staff', 'sre'] });
    expect(await body(await ask(token))).toEqual({
      kind: 'machine',
      issuer: provider.url,
      subject: 'hangar',
      name: 'hangar',
      email: null,
      role: 'operator',
      links: [],
      csrfToken: null,
    });
  });

  it.each([
    ['two audiences', { claims: { ...GOOD, aud: ['other', 'hangar-api'] } }, 'operator'],
    ['no role', { claims: { ...GOOD, groups: ['visitors'] } }, null],
    ['the type of a plain JWT', { claims: GOOD, header: { typ: 'JWT' } }, 'operator'],
    ['a clock that is 20 s fast', { claims: { ...GOOD, nbf: NOW + 20 } }, 'operator'],
  ])('with %s is taken', async (_what, wanted, role) => {
    const answer = await ask(await provider.mint(wanted));
    expect(await body(answer)).toMatchObject({ subject: 'deploy-bot', role });
  });

  it('is taken from a clock that is slow: it has expired only just', async () => {
    const exp = Math.floor(Date.now() / 1000) - 2;
    expect((await ask(await provider.mint({ claims: { ...GOOD, exp } }))).status).toBe(200);
  });

  const ID_TOKEN = { ...GOOD, nonce: 'n', at_hash: 'h' };
  const EVENTS = { 'http://schemas.openid.net/event/backchannel-logout': {} };
  it.each<[string, Minted, string]>([
    ['for another audience', { claims: { ...GOOD, aud: 'other' } }, 'for another audience'],
    ['for no audience', { claims: { sub: 'x' } }, 'for another audience'],
    ['of another issuer', { claims: { ...GOOD, iss: 'https://evil.example' } }, 'another issuer'],
    ['that has expired', { claims: { ...GOOD, exp: NOW - 60 } }, 'has expired'],
    ['that never expires', { claims: { ...GOOD, exp: null } }, 'claim exp is missing'],
    ['that is not valid yet', { claims: { ...GOOD, nbf: NOW + 86_400 } }, 'not valid yet'],
    ['whose subject nobody could disable', { claims: { ...GOOD, sub: 'a\nb' } }, 'sub is not 1 to 255'],
    ['whose subject the database does not take', { claims: { ...GOOD, sub: 'a\0b' } }, 'sub is not 1 to 255'],
    ['of nobody', { claims: { aud: 'hangar-api' } }, 'claim sub is missing'],
    ['with alg none', { claims: GOOD, key: 'none' }, 'algorithm is not allowed'],
    [
      'with HS256 and the public key',
      { claims: GOOD, key: 'public key as secret' },
      'algorithm is not allowed',
    ],
    ['signed by a stranger', { claims: GOOD, key: 'foreign' }, 'signature does not match'],
    ['with an unknown key', { claims: GOOD, header: { kid: 'unknown' } }, 'no such key'],
    ['that is an id token', { claims: ID_TOKEN, header: { typ: 'JWT' } }, 'an id token'],
    ['that is a logout token', { claims: { ...GOOD, events: EVENTS } }, 'a logout token'],
    ['that says it is a logout token', { claims: GOOD, header: { typ: 'logout+jwt' } }, 'of another type'],
    ['that is Keycloak’s refresh token', { claims: { ...GOOD, typ: 'Refresh' } }, 'of another type'],
    ['that is bound to a key', { claims: { ...GOOD, cnf: { jkt: 'x' } } }, 'bound to a key'],
  ])('%s is refused', async (_what, wanted, why) => {
    expect(await refused(await ask(await provider.mint(wanted)))).toContain(why);
  });

  it.each(['nonsense', 'a.b.c', '..', 'eyJhbGciOiJSUzI1NiJ9..'])('%j is refused', async (token) => {
    expect(await refused(await ask(token))).toMatch(/signed JWT|algorithm/);
  });

  it('with a changed byte is refused', async () => {
    const [header = '', payload = '', signature = ''] = (await provider.mint({ claims: GOOD })).split('.');
    const admin = Buffer.from(
      JSON.stringify({ ...GOOD, groups: ['hangar-admins'], exp: NOW + 300, iss: provider.url }),
    );
    expect(await refused(await ask([header, admin.toString('base64url'), signature].join('.')))).toContain(
      'signature does not match',
    );
    expect(
      await refused(
        await ask([header, payload, `${signature[0] === 'A' ? 'B' : 'A'}${signature.slice(1)}`].join('.')),
      ),
    ).toContain('signature');
  });

  it('counts instead of a cookie, and by itself: no form token is asked for', async () => {
    const token = await provider.mint({ claims: GOOD });
    const answer = await ask(token, { cookie: 'hangar-session=nonsense', origin: 'https://evil.example' });
    expect(answer.status).toBe(200);
    const removed = await ask(token, {}, 'DELETE', '/links/nobody');
    expect(await body(removed)).toMatchObject({ type: 'urn:hangar:link_unknown', status: 404 });
  });
});

describe('the provider’s keys', () => {
  it('may change while we run: new tokens are good at once, old ones are not when the old key is forgotten', async () => {
    const before = await provider.mint({ claims: GOOD });
    await provider.rotateKeys();
    expect((await ask(await provider.mint({ claims: GOOD }))).status).toBe(200);
    expect(await refused(await ask(before))).toContain('no such key');
  });

  it('are not asked for with each token that names an unknown one', async () => {
    const began = performance.now();
    const { '/jwks': before = 0 } = await provider.requests();
    const token = await provider.mint({ claims: GOOD, header: { kid: 'unknown' } });
    for (let i = 0; i < 40; i += 1) expect(await refused(await ask(token))).toContain('no such key');
    const { '/jwks': after = 0 } = await provider.requests();
    const allowed = ASKS_AT_ONCE + Math.ceil((performance.now() - began) / ASK_EVERY_MS);
    expect(after - before).toBeLessThanOrEqual(allowed);
  });

  it('that are known serve while the provider is away; where none are, nobody is called a liar', async () => {
    const token = await provider.mint({ claims: GOOD });
    expect((await ask(token)).status).toBe(200);
    const replica = await together.startReplica();
    await provider.stop();
    expect((await ask(token)).status).toBe(200);
    const answer = await ask(token, {}, 'GET', '', replica.url);
    expect(await body(answer)).toMatchObject({ status: 503, type: 'urn:hangar:provider_unreachable' });
    expect(answer.headers.get('retry-after')).toBe('10');
    expect(answer.headers.get('www-authenticate')).toBeNull();
    await provider.restart();
    const fresh = await provider.mint({ claims: GOOD });
    await until('the replica to ask again', async () => {
      return (await ask(fresh, {}, 'GET', '', replica.url)).status === 200;
    });
    await replica.end();
  });
});

describe('without OIDC_AUDIENCE', () => {
  it('no token is taken, since one for any other service would do', async () => {
    const replica = await together.startReplica({ OIDC_AUDIENCE: '' });
    const answer = await ask(await provider.mint({ claims: GOOD }), {}, 'GET', '', replica.url);
    expect(await refused(answer)).toContain('OIDC_AUDIENCE is not set');
    await replica.end();
  });
});

async function ask(
  token: string,
  headers: Record<string, string> = {},
  method = 'GET',
  path = '',
  url = together.url,
): Promise<Response> {
  const authorization = `Bearer ${token}`;
  return fetch(`${url}/api/v1/me${path}`, {
    method,
    headers: { authorization, accept: 'application/json', ...headers },
  });
}

async function body(answer: Response): Promise<unknown> {
  return answer.json();
}

/** The reason in an answer as RFC 6750 §3 asks for it. */
async function refused(answer: Response): Promise<string> {
  const told = (await body(answer)) as Record<string, unknown>;
  expect(told).toEqual({
    type: 'urn:hangar:token_refused',
    title: 'The bearer token is refused',
    status: 401,
    detail: expect.stringContaining('refused: '),
    requestId: expect.any(String),
  });
  expect(answer.headers.get('www-authenticate')).toBe(
    `Bearer realm="hangar", error="invalid_token", error_description="${String(told['detail'])}"`,
  );
  return String(told['detail']);
}
