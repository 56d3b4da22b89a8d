import { codedError } from '../common/coded-error.js';
import { type Environment } from '../config/environment.js';
import { type HangarConfig } from '../config/hangar-config.js';
import { simulatorCredentials } from './simulator-credentials.js';
import { startSimulator } from '../../simulator/simulator.js';

/** The simulator's port is the application's plus one. */
const PORT_OFFSET = 1;

/** A running simulator, and the variables that point a server to it. */
export interface DevelopmentPlane {
  readonly url: string;
  readonly variables: Environment;
  readonly close: () => Promise<void>;
}

/** Starts a simulator for a server without a configured Plane app. */
export async function startDevelopmentPlane(config: HangarConfig): Promise<DevelopmentPlane> {
  const simulator = await startSimulator({
    ...(await simulatorCredentials(config.dataDir)),
    consoleUrl: `${config.publicUrl}/console`,
    port: config.port === 0 ? 0 : config.port + PORT_OFFSET,
    setupUrl: `${config.publicUrl}/oauth/setup`,
    redirectUris: [config.planeRedirectUri],
    webhookUrl: `${config.publicUrl}/webhooks/plane`,
  });
  const { url, clientId, clientSecret, webhookSecret } = simulator;
  const secrets = [webhookSecret, ...config.planeWebhookSecrets.map((secret) => secret.reveal())];
  return {
    url,
    variables: {
      NODE_ENV: config.nodeEnv ?? 'development',
      PLANE_BASE_URL: url,
      PLANE_CLIENT_ID: clientId,
      PLANE_CLIENT_SECRET: clientSecret,
      PLANE_WEBHOOK_SECRETS: secrets.join(','),
    },
    close: async () => simulator.close(),
  };
}

/** The error of `npx hangar simulate` in production. */
export const simulatorInProduction = codedError(
  'simulator_in_production',
  400,
  'Not allowed in production',
  'the simulator is for development only, and NODE_ENV is production',
);
