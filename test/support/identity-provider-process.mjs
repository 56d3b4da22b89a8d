// A real OpenID Connect provider in a process of its own, with a small login that tests drive over HTTP or with a
// browser, and routes under /_test that do what an administrator of a provider does.
import { createServer } from 'node:http';
import { json, text } from 'node:stream/consumers';
import { exportJWK, exportSPKI, generateKeyPair, SignJWT } from 'jose';
import { Provider } from 'oidc-provider';

const { PORT, CLIENT_ID, CLIENT_SECRET, AUDIENCE, ISSUER_PATH = '' } = process.env;
const issuer = `http://localhost:${PORT}${ISSUER_PATH}`;
const mount = ISSUER_PATH.replace(/\/$/, '');
const accounts = new Map();
const machines = new Map();
const requests = {};
const foreign = await generateKeyPair('RS256', { extractable: true });
let appUrl = 'http://localhost';
let inIdToken = true;
let idTokenAlgorithm = 'RS256';
let keys;
let provider;
let serve;

const escape = (value) => String(value).replaceAll(/[&<>"]/g, (character) => `&#${character.codePointAt(0)};`);

async function useNewKeys() {
  const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true });
  const kid = crypto.randomUUID();
  keys = {
    kid,
    privateKey,
    publicKey,
    jwk: { ...(await exportJWK(privateKey)), kid, alg: 'RS256', use: 'sig' },
  };
  makeProvider();
}

function makeProvider() {
  provider = new Provider(issuer, {
    jwks: { keys: [keys.jwk] },
    cookies: { keys: ['only for tests'] },
    clients: [
      {
        client_id: CLIENT_ID,
        client_secret: CLIENT_SECRET,
        token_endpoint_auth_method: 'client_secret_post',
        grant_types: ['authorization_code', 'client_credentials'],
        redirect_uris: [`${appUrl}/console/sign-in/callback`],
        post_logout_redirect_uris: [`${appUrl}/console/signed-out`],
        backchannel_logout_uri: `${appUrl}/console/back-channel-logout`,
        backchannel_logout_session_required: true,
        id_token_signed_response_alg: idTokenAlgorithm,
      },
    ],
    enabledJWA: { idTokenSigningAlgValues: ['RS256', 'HS512'] },
    scopes: ['openid', 'profile', 'email', 'groups'],
    claims: {
      openid: ['sub', 'sid'],
      profile: ['name', 'preferred_username', 'realm_access', 'groups', 'roles', 'hd', 'https://example.com/roles'],
      email: ['email', 'email_verified'],
    },
    conformIdTokenClaims: !inIdToken,
    // Its own refuses addresses of this machine.
    fetch: (url, options) => fetch(url, { ...options, dispatcher: undefined }),
    findAccount: (_context, sub) =>
      accounts.has(sub) && { accountId: sub, claims: () => ({ sub, ...accounts.get(sub) }) },
    extraTokenClaims: (_context, token) => machines.get(token.clientId),
    loadExistingGrant: async ({ oidc }) => {
      const known = oidc.session.grantIdFor(oidc.client.clientId);
      const existing = known && (await oidc.provider.Grant.find(known));
      if (existing) return existing;
      const grant = new oidc.provider.Grant({
        accountId: oidc.session.accountId,
        clientId: oidc.client.clientId,
      });
      grant.addOIDCScope('openid profile email groups');
      await grant.save();
      return grant;
    },
    interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
    pkce: { required: () => true },
    ttl: {
      AccessToken: 600,
      ClientCredentials: 600,
      IdToken: 600,
      Session: 3600,
      Interaction: 600,
      Grant: 3600,
    },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      backchannelLogout: { enabled: true },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: (context, form) => {
          context.body = `<!doctype html><title>Sign out</title>${form}<button autofocus type="submit" form="op.logoutForm" name="logout" value="yes">Sign out here too</button>`;
        },
      },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => undefined,
        getResourceServerInfo: (_context, resource) => ({
          scope: 'use',
          audience: resource === 'urn:hangar' ? AUDIENCE : resource,
          accessTokenFormat: 'jwt',
          jwt: { sign: { alg: 'RS256' } },
        }),
      },
    },
  });
  provider.on('server_error', (_context, error) => console.error(error));
  serve = provider.callback();
}

async function interact(request, response, uid) {
  const details = await provider.interactionDetails(request, response);
  if (request.method === 'GET') {
    response.setHeader('content-type', 'text/html');
    response.end(
      `<!doctype html><title>Company login</title><form method="post" action="/interaction/${escape(uid)}"><label>Login <input name="login" autofocus></label><button>Sign in</button></form><p>${escape(details.prompt.name)}</p>`,
    );
    return;
  }
  const login = new URLSearchParams(await text(request)).get('login') ?? '';
  const result = accounts.has(login)
    ? { login: { accountId: login } }
    : { error: 'access_denied', error_description: 'no such account' };
  await provider.interactionFinished(request, response, result);
}

/** A token with any claims and header, signed with our key, with none, with our public key as a secret, or by a stranger. */
async function mint({ claims, header = {}, key = 'own' }) {
  const now = Math.floor(Date.now() / 1000);
  const whole = { iss: issuer, iat: now, exp: now + 300, jti: crypto.randomUUID(), ...claims };
  const payload = Object.fromEntries(Object.entries(whole).filter(([, value]) => value !== null));
  if (key === 'none') {
    const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
    return `${part({ alg: 'none', typ: 'at+jwt' })}.${part(payload)}.`;
  }
  const jwt = new SignJWT(payload);
  if (key === 'public key as secret') {
    const secret = Buffer.from(await exportSPKI(keys.publicKey));
    return jwt.setProtectedHeader({ alg: 'HS256', kid: keys.kid, typ: 'at+jwt', ...header }).sign(secret);
  }
  const { privateKey, kid } = key === 'foreign' ? { ...foreign, kid: keys.kid } : keys;
  return jwt.setProtectedHeader({ alg: 'RS256', kid, typ: 'at+jwt', ...header }).sign(privateKey);
}

const control = {
  account: ({ sub, claims }) => void accounts.set(sub, claims),
  machine: ({ claims }) => void machines.set(CLIENT_ID, claims),
  app: ({ url }) => {
    appUrl = url;
    makeProvider();
  },
  rotate: () => useNewKeys(),
  'claims-in-userinfo': ({ only }) => {
    inIdToken = !only;
    makeProvider();
  },
  'id-token-algorithm': ({ algorithm }) => {
    idTokenAlgorithm = algorithm;
    makeProvider();
  },
  mint: async (wanted) => ({ token: await mint(wanted) }),
  'back-channel-logout': async ({ sub, sid }) => {
    const client = await provider.Client.find(CLIENT_ID);
    await client.backchannelLogout(sub, sid);
  },
  requests: () => requests,
};

async function answer(request, response) {
  const { pathname } = new URL(request.url, issuer);
  const [, kind, name] = pathname.split('/');
  if (kind === '_test') {
    const result = await control[name](request.method === 'POST' ? await json(request) : {});
    response.setHeader('content-type', 'application/json');
    return response.end(JSON.stringify(result ?? {}));
  }
  requests[pathname] = (requests[pathname] ?? 0) + 1;
  if (kind === 'interaction') return interact(request, response, name);
  // What is before the path of the issuer is not the provider's, as behind a proxy that serves several.
  if (!request.url.startsWith(`${mount}/`)) return response.writeHead(404).end();
  request.originalUrl = request.url;
  request.url = request.url.slice(mount.length);
  return serve(request, response);
}

await useNewKeys();
createServer((request, response) => {
  answer(request, response).catch((error) => {
    console.error(error);
    response.statusCode = 500;
    response.end(String(error));
  });
}).listen(Number(PORT), '127.0.0.1', () => console.log('listening'));
