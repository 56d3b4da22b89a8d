import { type HangarConfig } from '../../config/hangar-config.js';
import { MetricsService } from '../../observability/metrics.service.js';
import { PlaneClockService } from '../../plane/plane-clock.service.js';
import { PlaneError } from '../../plane/plane.error.js';
import { PlaneExchangeService } from '../../plane/plane-exchange.service.js';
import { PlaneOAuthService } from '../../plane/plane-oauth.service.js';
import { PlaneTiming } from '../../plane/plane-timing.js';
import { bad, fine, type Finding, notLooked } from './finding.js';

const MOST_SKEW_SECONDS = 30;
const [REACHABLE, CREDENTIALS, CLOCK] = ['plane', 'credentials', 'clock'];

/** Whether Plane answers, knows the app, and has the time that we have. One call. */
export async function checkPlane(config: HangarConfig): Promise<Finding[]> {
  if (!config.planeClientId) return [fine(REACHABLE, 'not configured: the simulator is used')];
  const clock = new PlaneClockService();
  const exchange = new PlaneExchangeService(config, clock, new MetricsService(), new PlaneTiming());
  try {
    const known = await new PlaneOAuthService(config, exchange).knowsApp();
    return [fine(REACHABLE, `${config.planeBaseUrl} answers`), credentials(known), skew(clock)];
  } catch (error) {
    if (!(error instanceof PlaneError)) throw error;
    return [bad(REACHABLE, error.message), notLooked(CREDENTIALS, 'Plane does not answer as it should')];
  } finally {
    exchange.onApplicationShutdown();
  }
}

function credentials(known: boolean): Finding {
  return known
    ? fine(CREDENTIALS, 'Plane knows the app')
    : bad(
        CREDENTIALS,
        'Plane does not know the app by them',
        "Copy PLANE_CLIENT_ID and PLANE_CLIENT_SECRET from the app's page in Plane",
      );
}

function skew(clock: PlaneClockService): Finding {
  const seconds = clock.skewSeconds();
  if (seconds === undefined) return fine(CLOCK, 'Plane does not tell its time');
  const rounded = Math.round(seconds);
  return Math.abs(rounded) <= MOST_SKEW_SECONDS
    ? fine(CLOCK, `Plane's is ${rounded} s ahead of ours`)
    : bad(CLOCK, `Plane's is ${rounded} s ahead of ours`, 'Look at NTP on this machine');
}
