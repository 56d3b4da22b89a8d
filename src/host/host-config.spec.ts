import { describe, expect, it } from '@jest/globals';
import { hostConfig } from './host-config.js';
import { type HangarModuleOptions } from './hangar-module-options.js';

const CONFIG = {
  NODE_ENV: 'development',
  DATABASE_URL: 'postgres://localhost/app',
  HANGAR_ENCRYPTION_KEYS: `test:${Buffer.alloc(32, 1).toString('base64')}`,
  PLANE_CLIENT_ID: 'id',
  PLANE_CLIENT_SECRET: 'pass-hush',
};
const read = (config: HangarModuleOptions['config'] = {}, options: HangarModuleOptions = {}) =>
  hostConfig({ environment: false, ...options, config: { ...CONFIG, ...config } });
const messageOf = (...args: Parameters<typeof read>): string => {
  try {
    read(...args);
    return '';
  } catch (error) {
    return (error as Error).message;
  }
};

describe('the configuration of a Hangar in another application', () => {
  it('has a schema and a path of its own, all roles but the console, and no port', () => {
    const { config, path, metricsPort } = read();
    expect([path, metricsPort]).toEqual(['/hangar', undefined]);
    expect(config).toMatchObject({ databaseSchema: 'hangar', roles: ['receiver', 'worker', 'scheduler'] });
    expect(config.planeRedirectUri).toBe('http://localhost:3000/hangar/oauth/callback');
  });

  it('takes numbers, and names that it is given instead of the defaults', () => {
    const { config, path, metricsPort } = read(
      { METRICS_PORT: 9999, DATABASE_SCHEMA: 'plane', HANGAR_ROLES: 'receiver', PORT: 8080 },
      { prefix: '/a/b.c/' },
    );
    expect([path, metricsPort, config.publicUrl]).toEqual(['/a/b.c', 9999, 'http://localhost:8080/a/b.c']);
    expect(config).toMatchObject({ databaseSchema: 'plane', roles: ['receiver'] });
  });

  it.each([
    ['https://crm.example.com', 'https://crm.example.com/hangar'],
    ['https://crm.example.com/', 'https://crm.example.com/hangar'],
    ['https://example.com/crm', 'https://example.com/crm/hangar'],
    ['https://example.com/crm/hangar/', 'https://example.com/crm/hangar'],
  ])('takes PUBLIC_URL as the address of the application or of the routes: %s', (given, publicUrl) => {
    expect(read({ PUBLIC_URL: given }).config.publicUrl).toBe(publicUrl);
  });

  it('reads the environment, but not what is about the server, the logger and the telemetry of the application', () => {
    const given = {
      PORT: '8080',
      LOG_LEVEL: 'silly',
      METRICS_PORT: '80',
      OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
      PLANE_SCOPES: 'read',
    };
    const { config, metricsPort } = hostConfig({ config: { ...CONFIG, PLANE_SCOPES: undefined } }, () => given);
    expect([config.planeScopes, config.tracesOn, metricsPort]).toEqual(['read', false, undefined]);
    expect(config.publicUrl).toBe('http://localhost:8080/hangar');
  });

  it('lists every error at once, without the value of a secret', () => {
    const message = messageOf(
      {
        DATABASE_URL: undefined,
        PLANE_CLIENT_ID: undefined,
        PLANE_CLIENT_IDS: 'x',
        NOTHING_OF_THE_KIND: 1,
        DATABASE_POOL_SIZE: 1,
      },
      { prefix: 'a b' },
    );
    expect(message).toContain('Hangar cannot start: 6 errors in the configuration.');
    expect(message).toContain('prefix must be a path of letters');
    expect(message).toContain('PLANE_CLIENT_ID is misspelled as PLANE_CLIENT_IDS');
    expect(message).toContain('NOTHING_OF_THE_KIND is not a variable of Hangar');
    expect(message).toContain('DATABASE_URL is required: in an application of yours Hangar starts no PostgreSQL');
    expect(message).toContain('PLANE_CLIENT_ID is required: in an application of yours Hangar starts no simulator');
    expect(message).toContain('DATABASE_POOL_SIZE must be at least 2');
    expect(message).not.toContain('pass-hush');
  });

  it('needs no app in Plane with an API key', () => {
    const { PLANE_CLIENT_ID: _id, PLANE_CLIENT_SECRET: _secret, ...rest } = CONFIG;
    const key = { PLANE_MODE: 'api-key', PLANE_API_KEY: 'plane_api_x', PLANE_WORKSPACE: 'acme' };
    const config = { ...rest, ...key, PLANE_BASE_URL: 'http://localhost:8000' };
    expect(hostConfig({ environment: false, config }).config.planeMode).toBe('api-key');
  });

  it('does not take the role console', () => {
    expect(messageOf({ HANGAR_ROLES: 'receiver,console' })).toContain('npx hangar start --roles console');
  });
});
