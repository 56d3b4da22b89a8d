import { type PlaneConfig } from '../../config/areas/plane.config.js';
import { type WebhooksConfig } from '../../config/areas/webhooks.config.js';
import { type KeyRingService } from '../../encryption/key-ring.service.js';
import { type TokenAdminService } from '../../tokens/token-admin.service.js';
import { type DeliveriesService } from '../../webhooks/deliveries/deliveries.service.js';
import { SigningSecret } from '../../webhooks/events/webhook-signature.js';
import { type WorkspaceSecretsService } from '../../webhooks/workspace-secrets/workspace-secrets.service.js';
import { fail, pass, type Finding } from './finding.js';

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
export async function checkTokens(tokens: TokenAdminService): Promise<Finding> {
  const check = 'tokens';
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
  { planeWebhookSecrets, planeClientId }: PlaneConfig & WebhooksConfig,
  deliveries: DeliveriesService,
  workspaceSecrets: WorkspaceSecretsService,
): Promise<Finding> {
  const check = 'webhook secrets';
  const workspaces = await workspaceSecrets.countWorkspaces();
  const rest = workspaces > 0 ? [`${workspaces} workspace(s) have a workspace secret`] : [];
  if (!planeClientId && planeWebhookSecrets.length === 0) return pass(check, "the simulator's");
  if (planeWebhookSecrets.length === 0)
    return workspaces > 0
      ? pass(check, `${rest.join('')}; webhooks of other workspaces are rejected with 401`)
      : fail(check, 'none: every webhook is rejected with 401', 'Set PLANE_WEBHOOK_SECRETS');
  const fingerprints = planeWebhookSecrets.map((secret) => new SigningSecret(secret).fingerprint);
  const lastSigned = await deliveries.lastSignedBy(fingerprints);
  const lines = fingerprints.map((fingerprint) => {
    const at = lastSigned.get(fingerprint);
    return `${fingerprint} ${at ? `last signed ${at.toISOString()}` : 'not used in the last 7 days'}`;
  });
  return pass(check, [...lines, ...rest].join(', '));
}
