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

/** Checks, with one request, that Plane responds, accepts the app's credentials, and has the same time. */
export async function checkPlane(config: HangarConfig): Promise<Finding[]> {
  if (!config.planeClientId) return [pass(REACHABLE, 'not configured; the simulator is used')];
  const clock = new PlaneClockService();
  const exchange = new PlaneExchangeService(config, config, clock, new MetricsService(), new PlaneTiming());
  try {
    const known = await new PlaneOAuthService(config, exchange).knowsApp();
    return [pass(REACHABLE, `${config.planeBaseUrl} responds`), credentials(known), skew(clock)];
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
