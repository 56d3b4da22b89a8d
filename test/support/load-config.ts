import { ConfigError } from '../../src/config/config.error.js';
import { loadConfig } from '../../src/config/load-config.js';

/** The bytes of an encryption key, in base64. */
export const ENCRYPTION_KEY = Buffer.alloc(32, 7).toString('base64');

/** A valid environment for production. */
export const PRODUCTION = {
  NODE_ENV: 'production',
  PLANE_CLIENT_ID: 'id',
  PLANE_CLIENT_SECRET: 'client-hush',
  PLANE_WEBHOOK_SECRETS: 'plane_wh_new, plane_wh_old',
  DATABASE_URL: 'postgres://hangar:pass-hush@db/hangar?sslmode=verify-full',
  PUBLIC_URL: 'https://hangar.example.com',
  HANGAR_ENCRYPTION_KEYS: `2026a:${ENCRYPTION_KEY},2025b:${Buffer.alloc(32, 8).toString('base64')}`,
};

/** The message of the error of an invalid environment; empty for a valid one. */
export function messageOf(environment: Record<string, string>): string {
  try {
    loadConfig(environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return '';
}
