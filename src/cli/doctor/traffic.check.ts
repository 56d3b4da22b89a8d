import {
  type TrafficMonitorService,
  type WatchedTraffic,
} from '../../webhooks/traffic-monitor/traffic-monitor.service.js';
import { span } from '../output.js';
import { fail, pass, type Finding } from './finding.js';

const MAX_NAMED = 10;

/** Checks for silent workspaces, and counts those that still send v1 webhooks. */
export async function checkTraffic(monitor: TrafficMonitorService): Promise<Finding> {
  const check = 'traffic';
  const { all, workspaces } = await monitor.survey();
  const v1Workspaces = await monitor.countV1();
  const v1 = v1Workspaces > 0 ? `; ${v1Workspaces} workspace(s) still send v1 webhooks` : '';
  const silent = workspaces.filter((each) => each.silent);
  if (!all?.silent && silent.length === 0) return pass(check, `no silent workspaces${v1}`);
  const what = all?.silent ? [`no webhook from any workspace for ${span(all.silentSeconds)}`] : [];
  if (silent.length > 0)
    what.push(`${silent.length} workspace(s) are silent for much longer than usual: ${named(silent)}`);
  return fail(
    check,
    `${what.join('; ')}${v1}`,
    "Plane disables a webhook after five failures: enable it on the app's page in Plane",
  );
}

function named(silent: readonly WatchedTraffic[]): string {
  const longest = silent.toSorted((one, other) => other.silentSeconds - one.silentSeconds);
  const names = longest
    .slice(0, MAX_NAMED)
    .map(({ workspace, silentSeconds }) => `${workspace} (${span(silentSeconds)})`);
  return [...names, ...(longest.length > MAX_NAMED ? ['…'] : [])].join(', ');
}
