import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { loadConfig } from '../../src/config/load-config.js';
import { ProviderNetwork } from '../../src/identity/oidc/provider-network.js';
import { ProviderService } from '../../src/identity/oidc/provider.service.js';
import { connectProxy, type Listener, lockedProxy, tlsPlane } from '../support/tls-plane.js';

const ISSUER = 'https://plane.internal';
const METADATA = { issuer: ISSUER, authorization_endpoint: `${ISSUER}/auth`, jwks_uri: `${ISSUER}/jwks` };

describe('calls to the identity provider', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hangar-ca-'));
  const ca = join(folder, 'ca.pem');
  let inner: Listener & { readonly ca: string };
  let proxy: Listener & { readonly asked: string[] };

  beforeAll(async () => {
    Logger.overrideLogger(false);
    inner = await tlsPlane(METADATA);
    proxy = await connectProxy(inner.port);
    writeFileSync(ca, inner.ca);
  });

  afterAll(async () => {
    for (const listener of [proxy, inner]) await listener.close();
    rmSync(folder, { recursive: true });
  });

  /** What the provider says of itself, or the code of what keeps us from knowing. */
  async function discovered(environment: Record<string, string>): Promise<unknown> {
    const oidc = { OIDC_ISSUER: ISSUER, OIDC_CLIENT_ID: 'hangar', ...environment };
    const provider = new ProviderService(loadConfig(oidc), loadConfig(oidc), loadConfig(oidc));
    try {
      return (await provider.configuration()).serverMetadata().jwks_uri;
    } catch (error) {
      return (error as { code?: unknown }).code;
    } finally {
      await provider.onApplicationShutdown();
    }
  }

  it('use the configured proxy and trust its certificate authority', async () => {
    const way = { HTTPS_PROXY: `http://127.0.0.1:${proxy.port}`, NODE_EXTRA_CA_CERTS: ca };
    expect(await discovered(way)).toBe(METADATA.jwks_uri);
    expect(proxy.asked).toEqual(['plane.internal:443']);
  });

  it('name a certificate of an unknown authority', async () => {
    const way = { HTTPS_PROXY: `http://127.0.0.1:${proxy.port}` };
    expect(await discovered(way)).toBe('provider_certificate');
  });

  it.each<[string, string]>([
    ['localhost', 'localhost'],
    ['127.0.0.1', '127.0.0.0/8'],
    ['localhost', 'localhost:<port>'],
  ])('to %s bypass the proxy with NO_PROXY=%s', async (host, list) => {
    const issuer = `https://${host}:${inner.port}`;
    const way = {
      HTTPS_PROXY: `http://127.0.0.1:${proxy.port}`,
      NO_PROXY: list.replace('<port>', String(inner.port)),
      NODE_EXTRA_CA_CERTS: ca,
    };
    const before = proxy.asked.length;
    // It says that it is another issuer, which shows that it was reached.
    expect(await discovered({ ...way, OIDC_ISSUER: issuer })).toBe('issuer_differs');
    expect(proxy.asked).toHaveLength(before);
  });

  it.each(['none', 'the proxy'])(
    'close their connection: it might end when a code is sent; through %s',
    async (through) => {
      const way = through === 'none' ? {} : { HTTPS_PROXY: `http://127.0.0.1:${proxy.port}` };
      const network = new ProviderNetwork(loadConfig({ ...way, NODE_EXTRA_CA_CERTS: ca }));
      const answer = await network.fetch(`https://localhost:${inner.port}/token`, { method: 'POST' } as never);
      expect(answer.headers.get('connection')).toBe('close');
      await network.close();
    },
  );

  it('say that the proxy wants a user', async () => {
    const locked = await lockedProxy();
    expect(await discovered({ HTTPS_PROXY: `http://127.0.0.1:${locked.port}` })).toBe('proxy_rejects_user');
    await locked.close();
  });
});
