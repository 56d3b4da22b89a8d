import { DomainError } from '../common/domain-error.js';
import { Secret } from '../common/secret.js';
import { type HangarConfig } from '../config/hangar-config.js';
import { type RunningSimulator, startSimulator } from '../../simulator/simulator.js';

/** The simulator's port is the application's plus one. */
const PORT_OFFSET = 1;

/** A configuration that names a Plane app, and the simulator that plays it. */
export interface DevelopmentPlane {
  readonly config: HangarConfig;
  readonly simulator: RunningSimulator;
}

/** Starts a simulator for a server that no Plane app was configured for, and points the server to it. */
export async function startDevelopmentPlane(config: HangarConfig): Promise<DevelopmentPlane> {
  const simulator = await startSimulator({
    port: config.port === 0 ? 0 : config.port + PORT_OFFSET,
    setupUrl: `${config.publicUrl}/oauth/setup`,
    redirectUris: [config.planeRedirectUri],
    webhookUrl: `${config.publicUrl}/webhooks/plane`,
  });
  const { url, clientId, clientSecret, webhookSecret } = simulator;
  return {
    simulator,
    config: config.with({
      planeBaseUrl: url,
      planeClientId: clientId,
      planeClientSecret: new Secret(clientSecret),
      planeWebhookSecrets: [new Secret(webhookSecret), ...config.planeWebhookSecrets],
    }),
  };
}

/** The simulator is for development. */
export function simulatorInProduction(): DomainError {
  return new DomainError({
    code: 'simulator_in_production',
    title: 'Refused in production',
    detail: 'the simulator is for development, and NODE_ENV is production',
    status: 400,
  });
}
