import { Command, Option } from 'commander';
import { loadConfig, processEnvironment } from '../config/load-config.js';
import { simulatorInProduction } from '../server/development-plane.js';
import { simulatorCredentials } from '../server/simulator-credentials.js';
import { type Edition, EDITIONS } from '../../simulator/simulator-options.js';
import { type RunningSimulator, startSimulator } from '../../simulator/simulator.js';
import { positiveNumber, wholeNumber } from './arguments.js';
import { type CommonOptions, print } from './output.js';
import { untilSignal } from './until-signal.js';

interface SimulateOptions extends CommonOptions {
  readonly port: number;
  readonly app: string;
  readonly edition: Edition;
  readonly plane?: string;
  readonly accessTokenSeconds?: number;
  readonly timeScale?: number;
  readonly agentTimeScale?: number;
}

/** `hangar simulate`: runs the Plane simulator on its own port, until it is interrupted. */
export function simulateCommand(): Command {
  return new Command('simulate')
    .description('run the Plane simulator, for development and tests')
    .option('--json', 'print JSON')
    .option('--port <port>', 'port to listen on', wholeNumber, 3001)
    .option('--app <url>', 'URL of the app', 'http://localhost:3000')
    .addOption(new Option('--edition <edition>', 'which Plane: ce has no OAuth').choices(EDITIONS).default('cloud'))
    .option('--plane <version>', 'release of the community edition, such as v1.3.1')
    .option('--access-token-seconds <seconds>', 'lifetime of access tokens', wholeNumber)
    .option('--time-scale <factor>', 'retry webhooks faster than Plane by this factor', wholeNumber)
    .option('--agent-time-scale <factor>', 'multiply the five minutes after which a run is stale', positiveNumber)
    .action(async ({ json, app, ...options }: SimulateOptions) => {
      const { NODE_ENV, HANGAR_DATA_DIR } = processEnvironment();
      const { production, dataDir } = loadConfig({ NODE_ENV, HANGAR_DATA_DIR });
      if (production) throw simulatorInProduction();
      const simulator = await startSimulator({
        ...(await simulatorCredentials(dataDir)),
        consoleUrl: `${app}/console`,
        ...options,
        setupUrl: `${app}/oauth/setup`,
        redirectUris: [`${app}/oauth/callback`],
        webhookUrl: `${app}/webhooks/plane`,
      });
      const variables = environmentOf(simulator, options.edition);
      print(json, variables, linesFor(simulator, variables));
      await untilSignal();
      await simulator.close();
    });
}

/** In the community edition an app has an API key instead of a client. */
function environmentOf(simulator: RunningSimulator, edition: Edition): Record<string, string> {
  if (edition === 'ce')
    return {
      PLANE_MODE: 'api-key',
      PLANE_BASE_URL: simulator.url,
      PLANE_API_KEY: simulator.apiKey,
      PLANE_WORKSPACE: simulator.workspace,
      PLANE_WEBHOOK_SECRETS: simulator.webhookSecret,
    };
  return {
    PLANE_BASE_URL: simulator.url,
    PLANE_CLIENT_ID: simulator.clientId,
    PLANE_CLIENT_SECRET: simulator.clientSecret,
    PLANE_WEBHOOK_SECRETS: simulator.webhookSecret,
  };
}

function linesFor(simulator: RunningSimulator, variables: Readonly<Record<string, string>>): string[] {
  return [
    `The simulator is ready on ${simulator.url}`,
    'Set these variables for the app, in its environment or .env:',
    ...Object.entries(variables).map(([name, value]) => `${name}=${value}`),
    `The API key, for the header X-Api-Key: ${simulator.apiKey}`,
  ];
}
