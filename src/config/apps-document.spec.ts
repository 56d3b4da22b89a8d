import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { messageOf } from '../../test/support/load-config.js';
import { connectionsOf } from './plane-connections.js';
import { loadConfig } from './load-config.js';

const CLOUD = { id: 'cloud', baseUrl: 'https://api.plane.so/', clientId: 'id', clientSecret: 'client-hush' };
const COMMUNITY = {
  id: 'ce',
  mode: 'api-key',
  baseUrl: 'https://plane.example.com',
  apiKey: 'plane_api_hush',
  workspace: 'acme',
  webhookSecrets: ['plane_wh_new', 'plane_wh_old'],
};

const connections = (apps: readonly object[], environment: Record<string, string> = {}) =>
  connectionsOf(loadConfig({ HANGAR_APPS: JSON.stringify(apps), ...environment })).all;
const problem = (apps: unknown): string =>
  messageOf({ HANGAR_APPS: typeof apps === 'string' ? apps : JSON.stringify(apps) });

describe('the list of connections', () => {
  it('has an app or an API key for each', () => {
    const [cloud, community] = connections([CLOUD, COMMUNITY], { PUBLIC_URL: 'https://hangar.example.com' });
    expect(cloud).toMatchObject({
      id: 'cloud',
      mode: 'oauth',
      baseUrl: 'https://api.plane.so',
      redirectUri: 'https://hangar.example.com/oauth/callback/cloud',
      app: { clientId: 'id' },
    });
    expect(community).toMatchObject({ id: 'ce', mode: 'api-key', key: { workspaceSlug: 'acme' } });
    expect(community?.webhookSecrets.map((secret) => secret.reveal())).toEqual(['plane_wh_new', 'plane_wh_old']);
  });

  it('is added to the connection of the variables, if they describe one', () => {
    const single = { PLANE_CLIENT_ID: 'own', PLANE_CLIENT_SECRET: 'own-hush' };
    expect(connections([CLOUD]).map(({ id }) => id)).toEqual(['cloud']);
    expect(connections([CLOUD], single).map(({ id }) => id)).toEqual(['default', 'cloud']);
  });

  it('reads secrets from files', () => {
    const path = join(mkdtempSync(join(tmpdir(), 'apps-')), 'secret');
    writeFileSync(path, 'from-a-file\n');
    const { clientSecret: _, ...rest } = CLOUD;
    const [cloud] = connections([{ ...rest, clientSecretFile: path }]);
    expect(cloud?.mode === 'oauth' && cloud.app?.clientSecret.reveal()).toBe('from-a-file');
  });

  it.each([
    ['{', 'must be JSON'],
    [[], 'at least one'],
    [[{ ...CLOUD, id: 'Cloud!' }], 'entry 1: id must be'],
    [[CLOUD, CLOUD], 'entry 2: another entry has the id "cloud" too'],
    [[{ ...CLOUD, mode: 'saml' }], 'entry 1: mode must be one of oauth, api-key'],
    [[{ ...CLOUD, baseUrl: 'plane' }], 'entry 1: baseUrl must be an http or https address'],
    [[{ ...CLOUD, apiKey: 'x' }], 'entry 1: "apiKey" is no field of mode oauth'],
    [[{ ...CLOUD, clientSecretFile: '/nowhere' }], 'clientSecret and clientSecretFile are both set'],
    [[{ ...COMMUNITY, workspace: '' }], 'entry 1: workspace is missing'],
  ])('names what is wrong in %j, and no secret', (apps, expected) => {
    const message = problem(apps);
    expect(message).toContain('HANGAR_APPS');
    expect(message).toContain(expected);
    expect(message).not.toContain('hush');
  });

  it('cannot have the id of the variables’ connection beside it', () => {
    const environment = { PLANE_CLIENT_ID: 'own', PLANE_CLIENT_SECRET: 'x' };
    const HANGAR_APPS = JSON.stringify([{ ...CLOUD, id: 'default' }]);
    expect(messageOf({ ...environment, HANGAR_APPS })).toContain('which the variables PLANE_… describe already');
  });
});
