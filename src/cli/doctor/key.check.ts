import { type HangarConfig } from '../../config/hangar-config.js';
import { type KeyConnection } from '../../config/plane-connection.js';
import { DomainError } from '../../common/domain-error.js';
import { type KeyAccess, type PlaneKeyService } from '../../plane/plane-key.service.js';
import { PlaneError } from '../../plane/plane.error.js';
import { fail, type Finding, pass, skipped } from './finding.js';
import { isPrivateHost } from './private-host.js';

const [REACHABLE, KEY, WORKSPACE] = ['plane', 'API key', 'workspace'];
const KEY_REJECTED = 'plane_key_rejected';

/** Checks, with two requests, that Plane responds, accepts the key, and knows the workspace. */
export async function checkKey(connection: KeyConnection, keys: PlaneKeyService): Promise<Finding[]> {
  const reached = pass(REACHABLE, `${connection.baseUrl} responds`);
  try {
    const access = await keys.examine(connection, { budgeted: false });
    return [
      reached,
      pass(KEY, `accepted by Plane; the app acts as user ${access.userId}`),
      workspace(connection, access),
    ];
  } catch (error) {
    if (error instanceof PlaneError)
      return [fail(REACHABLE, error.message), skipped(KEY, 'the request to Plane failed')];
    if (!(error instanceof DomainError)) throw error;
    if (error.code === KEY_REJECTED)
      return [reached, fail(KEY, error.detail), skipped(WORKSPACE, 'the key does not work')];
    return [reached, pass(KEY, 'accepted by Plane'), fail(WORKSPACE, error.detail)];
  }
}

function workspace({ key }: KeyConnection, { workspaceId }: KeyAccess): Finding {
  return workspaceId === undefined
    ? fail(
        WORKSPACE,
        `${key.workspaceSlug} has no project that the key's user can see, so that its id is not known`,
        'Create a project there, or add the user to one; a first webhook shows the id too',
      )
    : pass(WORKSPACE, `${key.workspaceSlug} (${workspaceId})`);
}

/** What an admin does in Plane, which no API of this edition can do or check. */
export async function webhookSteps(
  { publicUrl, webhookPath }: WebhookPlace,
  connection: KeyConnection,
): Promise<Finding> {
  const { hostname } = new URL(publicUrl);
  const isPrivate = await isPrivateHost(hostname);
  const allowed = `${hostname} has a private address: from Plane v1.3.1 on, set WEBHOOK_ALLOWED_HOSTS=${hostname} for Plane's worker, or it drops every webhook without a word`;
  const unknown = `this machine cannot resolve ${hostname}: Plane must be able to, and from v1.3.1 on needs WEBHOOK_ALLOWED_HOSTS=${hostname} if its address is private`;
  const steps = [
    `open ${connection.baseUrl.replace('//api.', '//app.')}/${connection.key.workspaceSlug}/settings/webhooks as an admin of the workspace, and add a webhook`,
    `URL: ${publicUrl}${webhookPath}`,
    'switch on: project, issue, module, cycle, issue_comment',
    'copy the secret into PLANE_WEBHOOK_SECRETS, or set it in the console: "hangar webhook-secrets set"',
    ...(isPrivate === true ? [allowed] : []),
    ...(isPrivate === undefined ? [unknown] : []),
    'prove it with "hangar doctor --canary WEB-1", where WEB-1 is a work item',
  ];
  return pass('webhook in Plane', steps.map((step, index) => `${index + 1}. ${step}`).join('; '));
}

/** Where Plane is to send webhooks. */
export type WebhookPlace = Pick<HangarConfig, 'publicUrl'> & { readonly webhookPath: string };
