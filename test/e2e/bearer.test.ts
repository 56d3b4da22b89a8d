import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { HangarWithSimulator } from '../support/hangar-with-simulator.js';
import { IdentityProvider, type Minted } from '../support/identity-provider.js';
import { until } from '../support/until.js';

const GOOD = { aud: 'hangar-api', sub: 'deploy-bot', groups: ['sre'] };
/** Limits of requests for the provider's keys: a burst, then one per interval. */
const [REQUEST_BURST, REQUEST_INTERVAL_MS] = [5, 10_000];
const METADATA = '/.well-known/openid-configuration';
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
  ])('with %s is accepted', async (_what, wanted, role) => {
    const answer = await ask(await provider.mint(wanted));
    expect(await body(answer)).toMatchObject({ subject: 'deploy-bot', role });
  });

  it('is accepted if it has just expired, since clocks differ', async () => {
    const exp = Math.floor(Date.now() / 1000) - 2;
    expect((await ask(await provider.mint({ claims: { ...GOOD, exp } }))).status).toBe(200);
  });

  const ID_TOKEN = { ...GOOD, nonce: 'n', at_hash: 'h' };
  const EVENTS = { 'http://schemas.openid.net/event/backchannel-logout': {} };
  it.each<[string, Minted, string]>([
    ['for another audience', { claims: { ...GOOD, aud: 'other' } }, 'audience is not OIDC_AUDIENCE'],
    ['for no audience', { claims: { sub: 'x' } }, 'audience is not OIDC_AUDIENCE'],
    [
      'of another issuer',
      { claims: { ...GOOD, iss: 'https://evil.example' } },
      'issuer is https://evil.example, not OIDC_ISSUER, which is http://localhost',
    ],
    ['that has expired', { claims: { ...GOOD, exp: NOW - 60 } }, 'has expired'],
    ['that never expires', { claims: { ...GOOD, exp: null } }, 'claim exp is missing'],
    ['that is not valid yet', { claims: { ...GOOD, nbf: NOW + 86_400 } }, 'not valid yet'],
    ['whose subject could not be disabled', { claims: { ...GOOD, sub: 'a\nb' } }, 'sub is not 1 to 255'],
    ['whose subject PostgreSQL cannot store', { claims: { ...GOOD, sub: 'a\0b' } }, 'sub is not 1 to 255'],
    ['without a subject', { claims: { aud: 'hangar-api' } }, 'claim sub is missing'],
    ['with alg none', { claims: GOOD, key: 'none' }, 'algorithm none is not allowed; accepted: RS256'],
    ['with HS256 and the public key', { claims: GOOD, key: 'public key as secret' }, 'algorithm HS256 is not allowed'],
    ['signed with another key', { claims: GOOD, key: 'foreign' }, 'signature does not match'],
    ['with an unknown key', { claims: GOOD, header: { kid: 'unknown' } }, 'no such key'],
    ['that is an id token', { claims: ID_TOKEN, header: { typ: 'JWT' } }, 'an id token'],
    ['that is a logout token', { claims: { ...GOOD, events: EVENTS } }, 'a logout token'],
    ['that says it is a logout token', { claims: GOOD, header: { typ: 'logout+jwt' } }, 'of another type'],
    ['that is Keycloak’s refresh token', { claims: { ...GOOD, typ: 'Refresh' } }, 'of another type'],
    ['that is bound to a key', { claims: { ...GOOD, cnf: { jkt: 'x' } } }, 'bound to a key'],
  ])('%s is rejected', async (_what, wanted, why) => {
    expect(await refused(await ask(await provider.mint(wanted)))).toContain(why);
  });

  it.each(['nonsense', 'a.b.c', '..', 'eyJhbGciOiJSUzI1NiJ9..'])('%j is rejected', async (token) => {
    expect(await refused(await ask(token))).toMatch(/signed JWT|algorithm/);
  });

  it('with a changed byte is rejected', async () => {
    const [header = '', payload = '', signature = ''] = (await provider.mint({ claims: GOOD })).split('.');
    const admin = Buffer.from(
      JSON.stringify({ ...GOOD, groups: ['hangar-admins'], exp: NOW + 300, iss: provider.url }),
    );
    expect(await refused(await ask([header, admin.toString('base64url'), signature].join('.')))).toContain(
      'signature does not match',
    );
    expect(
      await refused(await ask([header, payload, `${signature[0] === 'A' ? 'B' : 'A'}${signature.slice(1)}`].join('.'))),
    ).toContain('signature');
  });

  it('takes precedence over a cookie, and needs no CSRF token', async () => {
    const token = await provider.mint({ claims: GOOD });
    const answer = await ask(token, { cookie: 'hangar-session=nonsense', origin: 'https://evil.example' });
    expect(answer.status).toBe(200);
    const removed = await ask(token, {}, 'DELETE', '/links/unknown');
    expect(await body(removed)).toMatchObject({ type: 'urn:hangar:link_unknown', status: 404 });
  });
});

describe('the provider’s keys', () => {
  it('may change at runtime: new tokens are accepted at once, old ones are rejected once the old key is gone', async () => {
    const before = await provider.mint({ claims: GOOD });
    await provider.rotateKeys();
    expect((await ask(await provider.mint({ claims: GOOD }))).status).toBe(200);
    expect(await refused(await ask(before))).toContain('no such key');
  });

  it('are not fetched for every token with an unknown key id, nor is the metadata', async () => {
    const began = performance.now();
    const { '/jwks': before = 0, [METADATA]: discovered } = await provider.requests();
    const token = await provider.mint({ claims: GOOD, header: { kid: 'unknown' } });
    for (let i = 0; i < 40; i += 1) expect(await refused(await ask(token))).toContain('no such key');
    const { '/jwks': after = 0, [METADATA]: rediscovered } = await provider.requests();
    expect(discovered).toBeGreaterThan(0);
    expect(rediscovered).toBe(discovered);
    const allowed = REQUEST_BURST + Math.ceil((performance.now() - began) / REQUEST_INTERVAL_MS);
    expect(after - before).toBeLessThanOrEqual(allowed);
  });

  it('that are cached serve while the provider does not respond; without them the response is 503, not 401', async () => {
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
    await until('the replica to fetch the keys again', async () => {
      return (await ask(fresh, {}, 'GET', '', replica.url)).status === 200;
    });
    await replica.end();
  });
});

describe('without OIDC_AUDIENCE', () => {
  it('every token is rejected, since one for any other service would be valid', async () => {
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

/** The reason of a rejection, with the header that RFC 6750 §3 requires. */
async function refused(answer: Response): Promise<string> {
  const problem = (await body(answer)) as Record<string, unknown>;
  expect(problem).toEqual({
    type: 'urn:hangar:token_refused',
    title: 'The bearer token was rejected',
    status: 401,
    detail: expect.stringContaining('rejected: '),
    requestId: expect.any(String),
  });
  expect(answer.headers.get('www-authenticate')).toBe(
    `Bearer realm="hangar", error="invalid_token", error_description="${String(problem['detail'])}"`,
  );
  return String(problem['detail']);
}
