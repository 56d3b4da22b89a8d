import { type HangarConfig } from '../../config/hangar-config.js';
import { MetricsService } from '../../observability/metrics.service.js';
import { PlaneClockService } from '../../plane/plane-clock.service.js';
import { PlaneError } from '../../plane/plane.error.js';
import { PlaneExchangeService } from '../../plane/plane-exchange.service.js';
import { PlaneOAuthService } from '../../plane/plane-oauth.service.js';
import { PlaneTiming } from '../../plane/plane-timing.js';
import { fail, pass, type Finding, skipped } from './finding.js';

const MAX_SKEW_SECONDS = 30;
const [REACHABLE, CREDENTIALS, CLOCK] = ['plane', 'credentials', 'clock'];

/** Whether Plane answers, knows the app, and has the time that we have. One call. */
export async function checkPlane(config: HangarConfig): Promise<Finding[]> {
  if (!config.planeClientId) return [pass(REACHABLE, 'not configured: the simulator is used')];
  const clock = new PlaneClockService();
  const exchange = new PlaneExchangeService(config, clock, new MetricsService(), new PlaneTiming());
  try {
    const known = await new PlaneOAuthService(config, exchange).knowsApp();
    return [pass(REACHABLE, `${config.planeBaseUrl} answers`), credentials(known), skew(clock)];
  } catch (error) {
    if (!(error instanceof PlaneError)) throw error;
    return [fail(REACHABLE, error.message), skipped(CREDENTIALS, 'Plane does not answer as it should')];
  } finally {
    exchange.onApplicationShutdown();
  }
}

function credentials(known: boolean): Finding {
  return known
    ? pass(CREDENTIALS, 'Plane knows the app')
    : fail(
        CREDENTIALS,
        'Plane does not know the app by them',
        "Copy PLANE_CLIENT_ID and PLANE_CLIENT_SECRET from the app's page in Plane",
      );
}

function skew(clock: PlaneClockService): Finding {
  const seconds = clock.skewSeconds();
  if (seconds === undefined) return pass(CLOCK, 'Plane does not tell its time');
  const rounded = Math.round(seconds);
  return Math.abs(rounded) <= MAX_SKEW_SECONDS
    ? pass(CLOCK, `Plane's is ${rounded} s ahead of ours`)
    : fail(CLOCK, `Plane's is ${rounded} s ahead of ours`, 'Look at NTP on this machine');
}
