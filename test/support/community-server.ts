import { freePort } from './free-port.js';
import { type Environment, HangarWithSimulator } from './hangar-with-simulator.js';
import { until } from './until.js';

/** The key that a server which is configured for the simulator's community edition has. */
export const API_KEY = 'plane_api_0123456789abcdef0123456789abcdef';

/** A server that is configured for the simulator's community edition, without anything done by a person. */
export async function startCommunity(environment: Environment = {}, program?: string): Promise<HangarWithSimulator> {
  return HangarWithSimulator.start({
    ...(program !== undefined && { program }),
    simulator: { edition: 'ce', plane: 'v1.3.1', apiKey: API_KEY },
    environment: {
      PLANE_CLIENT_ID: '',
      PLANE_CLIENT_SECRET: '',
      PLANE_MODE: 'api-key',
      PLANE_API_KEY: API_KEY,
      PLANE_WORKSPACE: 'sandbox',
      METRICS_PORT: String(await freePort()),
      ...environment,
    },
  });
}

/** The state of the connection: `working` once the installation is made. */
export async function connectionState({ database }: HangarWithSimulator): Promise<string | undefined> {
  const [row] = await database.query<{ state: string }>('SELECT state FROM plane_connections');
  return row?.state;
}

/** Waits until the installation is made. */
export async function installed(together: HangarWithSimulator): Promise<void> {
  await until('the installation', async () => (await connectionState(together)) === 'working');
}
