import { once } from 'node:events';
import { Command } from 'commander';
import { loadConfig, processEnvironment } from '../config/load-config.js';
import { simulatorInProduction } from '../server/development-plane.js';
import { simulatorCredentials } from '../server/simulator-credentials.js';
import { type RunningSimulator, startSimulator } from '../../simulator/simulator.js';
import { positiveNumber, wholeNumber } from './arguments.js';
import { type CommonOptions, print } from './output.js';

interface SimulateOptions extends CommonOptions {
  readonly port: number;
  readonly app: string;
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
      print(json, environmentOf(simulator), linesFor(simulator));
      await Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')]);
      await simulator.close();
    });
}

function environmentOf(simulator: RunningSimulator): Record<string, string> {
  return {
    PLANE_BASE_URL: simulator.url,
    PLANE_CLIENT_ID: simulator.clientId,
    PLANE_CLIENT_SECRET: simulator.clientSecret,
    PLANE_WEBHOOK_SECRETS: simulator.webhookSecret,
  };
}

function linesFor(simulator: RunningSimulator): string[] {
  const variables = Object.entries(environmentOf(simulator)).map(([name, value]) => `${name}=${value}`);
  return [
    `The simulator is ready on ${simulator.url}`,
    'Set these variables for the app, in its environment or .env:',
    ...variables,
    `The admin's API key, for the header X-Api-Key: ${simulator.apiKey}`,
  ];
}
