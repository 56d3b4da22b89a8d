import { usesSimulator } from '../../config/connection-rules.js';
import { type HangarConfig } from '../../config/hangar-config.js';
import { type PlaneConnection } from '../../config/plane-connection.js';
import { connectionsOf, type PlaneConnections } from '../../config/plane-connections.js';
import { MetricsService } from '../../observability/metrics.service.js';
import { type CallBudgetsService } from '../../plane/call-budgets.service.js';
import { PlaneClientFactory } from '../../plane/plane-client.factory.js';
import { PlaneClockService } from '../../plane/plane-clock.service.js';
import { PlaneError } from '../../plane/plane.error.js';
import { PlaneExchangeService } from '../../plane/plane-exchange.service.js';
import { PlaneKeyService } from '../../plane/plane-key.service.js';
import { PlaneHealthService } from '../../plane/plane-health.service.js';
import { PlaneOAuthService } from '../../plane/plane-oauth.service.js';
import { PlaneTiming } from '../../plane/plane-timing.js';
import { fail, pass, type Finding, skipped } from './finding.js';
import { checkKey } from './key.check.js';

const MAX_SKEW_SECONDS = 30;
const [REACHABLE, CREDENTIALS, CLOCK] = ['plane', 'credentials', 'clock'];

/** The call that checks is not counted: this check needs no database. */
const WITHOUT_BUDGETS = {} as CallBudgetsService;

/** Checks that Plane responds, accepts the app's credentials or the API key, and has the same time. */
export async function checkPlane(config: HangarConfig): Promise<Finding[]> {
  if (usesSimulator(config)) return [pass(REACHABLE, 'not configured; the simulator is used')];
  const connections = connectionsOf(config);
  const several = connections.all.length > 1;
  const findings = connections.all.map(async (connection) => {
    const found = await checkConnection(config, connections, connection);
    return several ? found.map((each) => ({ ...each, check: `${each.check} of ${connection.id}` })) : found;
  });
  return (await Promise.all(findings)).flat();
}

async function checkConnection(
  config: HangarConfig,
  connections: PlaneConnections,
  connection: PlaneConnection,
): Promise<Finding[]> {
  const clock = new PlaneClockService();
  const timing = new PlaneTiming();
  const health = new PlaneHealthService(timing);
  const exchange = new PlaneExchangeService(config, connections, clock, new MetricsService(), timing, health);
  try {
    if (connection.mode === 'api-key') {
      const keys = new PlaneKeyService(new PlaneClientFactory(connections, exchange, WITHOUT_BUDGETS));
      return [...(await checkKey(connection, keys)), skew(clock)];
    }
    const known = await new PlaneOAuthService(connections, exchange).knowsApp(connection);
    return [pass(REACHABLE, `${connection.baseUrl} responds`), credentials(known), skew(clock)];
  } catch (error) {
    if (!(error instanceof PlaneError)) throw error;
    return [fail(REACHABLE, error.message), skipped(CREDENTIALS, 'the request to Plane failed')];
  } finally {
    exchange.onApplicationShutdown();
  }
}

function credentials(known: boolean): Finding {
  return known
    ? pass(CREDENTIALS, 'accepted by Plane')
    : fail(
        CREDENTIALS,
        'rejected by Plane',
        "Copy PLANE_CLIENT_ID and PLANE_CLIENT_SECRET from the app's page in Plane",
      );
}

function skew(clock: PlaneClockService): Finding {
  const seconds = clock.skewSeconds();
  if (seconds === undefined) return pass(CLOCK, 'the response of Plane has no time');
  const rounded = Math.round(seconds);
  return Math.abs(rounded) <= MAX_SKEW_SECONDS
    ? pass(CLOCK, `Plane is ${rounded} s ahead of this host`)
    : fail(CLOCK, `Plane is ${rounded} s ahead of this host`, 'Check NTP on this host');
}
