import { usesSimulator } from '../../config/connection-rules.js';
import { type HangarConfig } from '../../config/hangar-config.js';
import { connectionsOf } from '../../config/plane-connections.js';
import { type InstallationsService } from '../../installations/installations.service.js';
import { fail, pass, type Finding } from './finding.js';

/** Checks that every live installation belongs to the Plane of `PLANE_BASE_URL`: the events of others are parked. */
export async function checkConnections(config: HangarConfig, installations: InstallationsService): Promise<Finding> {
  const check = 'installations';
  const { planeBaseUrl } = config;
  if (usesSimulator(config)) return pass(check, "the simulator's");
  const live = (await installations.all()).filter(({ status }) => status === 'installed');
  const others = Map.groupBy(live, ({ baseUrl }) => baseUrl);
  for (const { baseUrl } of connectionsOf(config).all) others.delete(baseUrl);
  if (others.size === 0) return pass(check, `${live.length} live`);
  const named = [...others].map(([baseUrl, { length }]) => `${length} at ${baseUrl}`).join(', ');
  const [first = ''] = others.keys();
  return fail(
    check,
    `PLANE_BASE_URL is ${planeBaseUrl}, but live installations belong to another Plane: ${named}`,
    `If it is the same Plane under a new URL, see "hangar connections move ${first} ${planeBaseUrl} --dry-run"`,
  );
}
