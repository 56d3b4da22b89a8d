import { type ConfigType } from '@nestjs/config';
import { agentsConfig } from './areas/agents.config.js';
import { databaseConfig } from './areas/database.config.js';
import { encryptionConfig } from './areas/encryption.config.js';
import { networkConfig } from './areas/network.config.js';
import { operatorsConfig } from './areas/operators.config.js';
import { planeConfig } from './areas/plane.config.js';
import { serverConfig } from './areas/server.config.js';
import { telemetryConfig } from './areas/telemetry.config.js';
import { tokensConfig } from './areas/tokens.config.js';
import { webhooksConfig } from './areas/webhooks.config.js';
import { type Variable, variablesOf } from './variable.decorator.js';

/** Every area of the configuration, by the name that `@nestjs/config` registers it under. Each makes an empty one. */
const AREAS = {
  plane: planeConfig,
  server: serverConfig,
  database: databaseConfig,
  encryption: encryptionConfig,
  webhooks: webhooksConfig,
  tokens: tokensConfig,
  agents: agentsConfig,
  network: networkConfig,
  operators: operatorsConfig,
  telemetry: telemetryConfig,
} as const;

/** An object of each area. */
export type ConfigAreas = { readonly [Name in keyof typeof AREAS]: ConfigType<(typeof AREAS)[Name]> };

/** Makes an empty object of each area. */
export function emptyAreas(): ConfigAreas {
  return Object.fromEntries(Object.entries(AREAS).map(([name, make]) => [name, make()])) as ConfigAreas;
}

/** Every variable that Hangar reads from the environment, area by area. */
export const VARIABLES: readonly Variable[] = Object.values(emptyAreas()).flatMap((area) => variablesOf(area));
