import { type ConfigAreas } from './areas.js';
import { type AgentsConfig } from './areas/agents.config.js';
import { type DatabaseConfig } from './areas/database.config.js';
import { type EncryptionConfig } from './areas/encryption.config.js';
import { type NetworkConfig } from './areas/network.config.js';
import { type OperatorsConfig } from './areas/operators.config.js';
import { type PlaneConfig } from './areas/plane.config.js';
import { type ServerConfig } from './areas/server.config.js';
import { type TelemetryConfig } from './areas/telemetry.config.js';
import { type TokensConfig } from './areas/tokens.config.js';
import { type WebhooksConfig } from './areas/webhooks.config.js';
import { type Settings } from './settings.js';

type AllAreas = ServerConfig &
  DatabaseConfig &
  EncryptionConfig &
  PlaneConfig &
  NetworkConfig &
  WebhooksConfig &
  TokensConfig &
  AgentsConfig &
  OperatorsConfig &
  TelemetryConfig;

/**
 * The whole configuration, parsed and validated by `loadConfig`: each property of each area. For what starts a process;
 * a service injects the areas that it reads.
 */
export class HangarConfig extends (Object as unknown as new () => AllAreas) {
  constructor(
    readonly areas: ConfigAreas,
    /** All variables of the environment, for `ConfigService`: the app's own settings are among them. */
    readonly settings: Settings,
  ) {
    super();
    for (const area of Object.values(areas)) forward(this, area);
  }
}

/** Gives `config` the properties of `area`. */
function forward(config: object, area: ConfigAreas[keyof ConfigAreas]): void {
  const prototype = Object.getPrototypeOf(area) as object;
  for (const name of [...Object.keys(area), ...Object.getOwnPropertyNames(prototype)])
    if (name !== 'constructor')
      Object.defineProperty(config, name, {
        enumerable: true,
        get: () => Reflect.get(area, name) as unknown,
        set(value) {
          Reflect.set(area, name, value);
        },
      });
}
