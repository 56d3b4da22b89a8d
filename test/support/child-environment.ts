import { type RunningSimulator } from '../../simulator/simulator.js';
import { TEST_KEYS } from './service-context.js';

/** What a process needs that runs services on a test database beside a simulator. */
export function childEnvironment(databaseUrl: string, simulator: RunningSimulator): Record<string, string> {
  return {
    DATABASE_URL: databaseUrl,
    HANGAR_ENCRYPTION_KEYS: TEST_KEYS,
    PLANE_BASE_URL: simulator.url,
    PLANE_CLIENT_ID: simulator.clientId,
    PLANE_CLIENT_SECRET: simulator.clientSecret,
  };
}
