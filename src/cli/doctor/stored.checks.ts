import { type ActivityService } from '../../activity/activity.service.js';
import { type AuditLogService } from '../../audit/audit-log.service.js';
import { usesSimulator } from '../../config/connection-rules.js';
import { type HangarConfig } from '../../config/hangar-config.js';
import { connectionsOf } from '../../config/plane-connections.js';
import { type FingerprintsService } from '../../encryption/fingerprints.service.js';
import { type KeyRingService } from '../../encryption/key-ring.service.js';
import { type TokenAdminService } from '../../tokens/token-admin.service.js';
import { type DeliveriesService } from '../../webhooks/deliveries/deliveries.service.js';
import {
  type TrafficMonitorService,
  type WatchedTraffic,
} from '../../webhooks/traffic-monitor/traffic-monitor.service.js';
import { type WorkspaceSecretsService } from '../../webhooks/workspace-secrets/workspace-secrets.service.js';
import { span } from '../output.js';
import { fail, pass, type Finding } from './finding.js';

const MAX_NAMED = 10;
const LAST_ENTRIES = 100;
const LAST_HOUR_MS = 3_600_000;

/** Checks that every stored secret can be decrypted, and lists keys that are no longer needed. */
export async function checkKeyRing(ring: KeyRingService): Promise<Finding> {
  const check = 'key ring';
  const { keys, missing, unused, newestOpens } = await ring.survey();
  const unreadable = Object.entries(missing).map(([kid, rows]) => `${rows} stored secret(s) need the key "${kid}"`);
  if (unreadable.length > 0)
    return fail(
      check,
      `${unreadable.join(', ')}, which is not configured`,
      'Add it at the end of HANGAR_ENCRYPTION_KEYS',
    );
  if (!newestOpens)
    return fail(
      check,
      'the newest stored secret cannot be decrypted: a key with the same name but another value is configured, or the row was changed',
      'Compare HANGAR_ENCRYPTION_KEYS with the configuration of the servers',
    );
  const rest = unused.length > 0 ? `; no longer needed: ${unused.join(', ')}` : '';
  return pass(check, `${keys} key(s), sufficient for every stored secret${rest}`);
}

/** Checks that tokens are refreshed before they expire. */
export async function checkTokens(config: HangarConfig, tokens: TokenAdminService): Promise<Finding> {
  const check = 'tokens';
  if (connectionsOf(config).withApps.length === 0)
    return pass(check, 'none: this edition has no tokens, the app uses its API key');
  const all = await tokens.list();
  const live = all.filter(({ state }) => state === 'live');
  const expired = live.filter(({ expiresInSeconds }) => expiresInSeconds <= 0);
  const consent = all.filter(({ state }) => state === 'needs_consent').length;
  const summary = `${live.length} live, ${consent} need consent`;
  if (expired.length === 0) return pass(check, summary);
  return fail(
    check,
    `${summary}; ${expired.length} live token(s) have expired`,
    'Check that a process with the role scheduler runs; "hangar tokens list" shows the last errors',
  );
}

/** Checks that webhook signatures can be verified, and lists the secrets that Plane used recently. */
export async function checkWebhookSecrets(
  config: HangarConfig,
  deliveries: DeliveriesService,
  workspaceSecrets: WorkspaceSecretsService,
  activity: ActivityService,
  fingerprints: FingerprintsService,
): Promise<Finding> {
  const configured = await checkConfiguredSecrets(config, deliveries, workspaceSecrets, fingerprints);
  const rejected = await rejectedLately(activity);
  if (rejected === undefined || !configured.ok) return configured;
  return fail(
    configured.check,
    `${configured.detail}; ${rejected}`,
    'Compare PLANE_WEBHOOK_SECRETS with the secret on the app\'s page in Plane, and workspace secrets with "hangar webhook-secrets list"',
  );
}

/** Webhooks of the last hour whose signature no secret made; `undefined` if there is none. */
async function rejectedLately(activity: ActivityService): Promise<string | undefined> {
  const since = new Date(Date.now() - LAST_HOUR_MS);
  const { count, lastAt } = await activity.unverified(since);
  if (lastAt === null) return undefined;
  const minutes = await activity.minutes(since);
  const accepted = minutes.reduce((sum, { received, duplicates }) => sum + received + duplicates, 0);
  return `${count} webhook(s) rejected with 401 in the last hour, the last at ${lastAt.toISOString()}, ${accepted} accepted: no configured secret made their signature`;
}

async function checkConfiguredSecrets(
  config: HangarConfig,
  deliveries: DeliveriesService,
  workspaceSecrets: WorkspaceSecretsService,
  fingerprints: FingerprintsService,
): Promise<Finding> {
  const check = 'webhook secrets';
  const planeWebhookSecrets = connectionsOf(config).all.flatMap(({ webhookSecrets }) => webhookSecrets);
  const workspaces = await workspaceSecrets.countWorkspaces();
  const rest = workspaces > 0 ? [`${workspaces} workspace(s) have a workspace secret`] : [];
  if (usesSimulator(config) && planeWebhookSecrets.length === 0) return pass(check, "the simulator's");
  if (planeWebhookSecrets.length === 0)
    return workspaces > 0
      ? pass(check, `${rest.join('')}; webhooks of other workspaces are rejected with 401`)
      : fail(check, 'none: every webhook is rejected with 401', 'Set PLANE_WEBHOOK_SECRETS');
  const known = planeWebhookSecrets.map((secret) => fingerprints.known(secret));
  const lastSigned = await deliveries.lastSignedBy(known.flat());
  const lines = known.map((names) => {
    const [at] = names.flatMap((name) => lastSigned.get(name) ?? []).toSorted((a, b) => b.getTime() - a.getTime());
    return `${names[0]} ${at ? `last signed ${at.toISOString()}` : 'not used in the last 7 days'}`;
  });
  return pass(check, [...lines, ...rest].join(', '));
}

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

/** Verifies the last entries of the audit log; verifying all would take long. */
export async function checkAuditLog(log: AuditLogService): Promise<Finding> {
  const check = 'audit log';
  const { ok, entries, faults: errors } = await log.verifyEnd(LAST_ENTRIES);
  if (ok) return pass(check, `the last ${entries} entries are intact`);
  const [first] = errors;
  return fail(
    check,
    `manipulated or damaged: ${first?.text}`,
    'Run "hangar audit verify", and compare with the logs of the processes',
  );
}

function named(silent: readonly WatchedTraffic[]): string {
  const longest = silent.toSorted((one, other) => other.silentSeconds - one.silentSeconds);
  const names = longest
    .slice(0, MAX_NAMED)
    .map(({ workspace, silentSeconds }) => `${workspace} (${span(silentSeconds)})`);
  return [...names, ...(longest.length > MAX_NAMED ? ['…'] : [])].join(', ');
}
