import { type HangarConfig } from '../../config/hangar-config.js';
import { type KeyRingService } from '../../encryption/key-ring.service.js';
import { type TokenAdminService } from '../../tokens/token-admin.service.js';
import { type DeliveriesService } from '../../webhooks/deliveries/deliveries.service.js';
import { SigningSecret } from '../../webhooks/events/webhook-signature.js';
import { type WorkspaceSecretsService } from '../../webhooks/workspace-secrets/workspace-secrets.service.js';
import { fail, pass, type Finding } from './finding.js';

/** Whether every stored secret can be opened, and which keys may go. */
export async function checkKeyRing(ring: KeyRingService): Promise<Finding> {
  const check = 'key ring';
  const { keys, missing, unused, newestOpens } = await ring.survey();
  const lost = Object.entries(missing).map(([kid, rows]) => `${rows} stored secret(s) need the key "${kid}"`);
  if (lost.length > 0)
    return fail(
      check,
      `${lost.join(', ')}, which is not configured`,
      'Add it at the end of HANGAR_ENCRYPTION_KEYS',
    );
  if (!newestOpens)
    return fail(
      check,
      'a secret that was stored last does not open with its key: the key is another of the same name, or the row was changed',
      'Compare HANGAR_ENCRYPTION_KEYS with what the servers use',
    );
  const rest = unused.length > 0 ? `; no secret needs ${unused.join(', ')} any more` : '';
  return pass(check, `${keys} key(s), every stored secret has its own among them${rest}`);
}

/** Whether tokens are kept alive. */
export async function checkTokens(tokens: TokenAdminService): Promise<Finding> {
  const check = 'tokens';
  const all = await tokens.list();
  const live = all.filter(({ state }) => state === 'live');
  const expired = live.filter(({ expiresInSeconds }) => expiresInSeconds <= 0);
  const consent = all.filter(({ state }) => state === 'needs_consent').length;
  const summary = `${live.length} live, ${consent} in need of consent`;
  if (expired.length === 0) return pass(check, summary);
  return fail(
    check,
    `${summary}; ${expired.length} of the live ones have expired`,
    'Is there a process with the role scheduler? "hangar tokens list" shows the last errors',
  );
}

/** Whether webhooks can be verified, and which secrets Plane used lately. */
export async function checkWebhookSecrets(
  { planeWebhookSecrets, planeClientId }: HangarConfig,
  deliveries: DeliveriesService,
  own: WorkspaceSecretsService,
): Promise<Finding> {
  const check = 'webhook secrets';
  const workspaces = await own.countWorkspaces();
  const rest = workspaces > 0 ? [`${workspaces} workspace(s) have their own`] : [];
  if (!planeClientId && planeWebhookSecrets.length === 0) return pass(check, "the simulator's");
  if (planeWebhookSecrets.length === 0)
    return workspaces > 0
      ? pass(check, `${rest.join('')}; webhooks of others are answered 401`)
      : fail(check, 'none: every webhook is answered 401', 'Set PLANE_WEBHOOK_SECRETS');
  const fingerprints = planeWebhookSecrets.map((secret) => new SigningSecret(secret).fingerprint);
  const seen = await deliveries.lastSignedBy(fingerprints);
  const lines = fingerprints.map((fingerprint) => {
    const at = seen.get(fingerprint);
    return `${fingerprint} ${at ? `last signed ${at.toISOString()}` : 'signed nothing in the last 7 days'}`;
  });
  return pass(check, [...lines, ...rest].join(', '));
}
