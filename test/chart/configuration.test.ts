import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type HangarConfig } from '../../src/config/hangar-config.js';
import { loadConfig } from '../../src/config/load-config.js';
import { describeSets, manifests, podsOf } from '../support/chart.js';

const SECRETS: Readonly<Record<string, string>> = {
  'database-url': 'postgres://hangar:password@db.example.com/hangar?sslmode=verify-full',
  'plane-client-secret': 'client-secret',
  'plane-webhook-secrets': 'plane_wh_new,plane_wh_old',
  'hangar-encryption-keys': `2026a:${Buffer.alloc(32, 1).toString('base64')}`,
  'oidc-client-secret': 'from-the-provider',
  'https-proxy': 'http://user:password@proxy.example.com:3128',
  'otel-exporter-otlp-traces-headers': 'authorization=token',
  'hangar-apps': JSON.stringify([
    { id: 'cloud', baseUrl: 'https://api.plane.so', clientId: 'a1b2c3d4', clientSecret: 'secret' },
  ]),
};

describe('the variables that the chart sets', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'hangar-chart-'));
    for (const [name, text] of Object.entries(SECRETS)) writeFileSync(join(folder, name), text);
    writeFileSync(join(folder, 'ca.crt'), rootCertificates[0] ?? '');
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  /** What Hangar makes of each of its containers, with files that are there. */
  function configurations(set: string): [owner: string, config: HangarConfig][] {
    return podsOf(manifests(set)).flatMap(({ owner, containers }) =>
      containers
        .map(({ env = [] }) => env.map(({ name, value }) => [name, value?.replace(/^\/.*\//, `${folder}/`)]))
        .filter((env) => env.length > 0)
        .map((env): [string, HangarConfig] => [owner, loadConfig(Object.fromEntries(env))]),
    );
  }

  describeSets(
    (set) => `with the values ${set}`,
    (set) => {
      it('are a valid configuration of Hangar', () => {
        const found = configurations(set);
        expect(found.length).toBeGreaterThan(1);
        for (const [, config] of found)
          expect(config).toMatchObject({ production: true, port: 3000, metricsPort: 9464 });
      });
    },
  );

  it('have the meaning of the values', () => {
    const [, config] = configurations('ha').find(([owner]) => owner === 'Deployment hangar-console') ?? [];
    expect(config).toMatchObject({
      roles: ['console'],
      publicUrl: 'https://hangar.example.com',
      planeRedirectUri: 'https://hangar.example.com/oauth/callback',
      planeScopes: 'projects.work_items:read projects.work_items.comments:write',
      oidcRolesMap: ['hangar-admins', 'sre', 'support', 'staff'].map((value, at) => ({
        role: ['admin', 'operator', 'operator', 'viewer'][at],
        value,
      })),
      trustedProxies: ['10.0.0.0/8'],
      sessionMaxHours: 4,
      tokenRefreshMarginSeconds: 7200,
      drainSeconds: 25,
      webhookMaxBodyBytes: 5_242_880,
      maxConnections: 2000,
      requestsPerMinute: 3000,
    });
    for (const [, limited] of configurations('everything'))
      expect(limited).toMatchObject({ maxConnections: 4000, requestsPerMinute: 6000 });
    const [, pool] = configurations('single-process').find(([owner]) => owner.endsWith('slow')) ?? [];
    expect(pool).toMatchObject({ roles: ['worker'], handlers: ['ReportHandler'], drainSeconds: 120 });
  });
});
