import {
  type TrafficMonitorService,
  type WatchedTraffic,
} from '../../webhooks/traffic-monitor/traffic-monitor.service.js';
import { span } from '../output.js';
import { fail, pass, type Finding } from './finding.js';

const MAX_NAMED = 10;

/** Whether workspaces send as they usually do, and how many still send webhooks of version v1. */
export async function checkTraffic(silence: TrafficMonitorService): Promise<Finding> {
  const check = 'traffic';
  const { all, workspaces } = await silence.survey();
  const old = await silence.countV1();
  const v1 = old > 0 ? `; ${old} workspace(s) still send webhooks of version v1` : '';
  const silent = workspaces.filter((each) => each.silent);
  if (!all?.silent && silent.length === 0)
    return pass(check, `no workspace is silent for longer than usual${v1}`);
  const what = all?.silent ? [`nothing has come from any workspace for ${span(all.silentSeconds)}`] : [];
  if (silent.length > 0)
    what.push(`${silent.length} workspace(s) are silent for far longer than usual: ${named(silent)}`);
  return fail(
    check,
    `${what.join('; ')}${v1}`,
    "Plane disables a webhook after five failures: open the app's page in Plane and enable it",
  );
}

function named(silent: readonly WatchedTraffic[]): string {
  const longest = silent.toSorted((one, other) => other.silentSeconds - one.silentSeconds);
  const names = longest
    .slice(0, MAX_NAMED)
    .map(({ workspace, silentSeconds }) => `${workspace} (${span(silentSeconds)})`);
  return [...names, ...(longest.length > MAX_NAMED ? ['…'] : [])].join(', ');
}
