import { codedError } from '../../common/coded-error.js';

/** The app is not installed in a workspace with that slug or id. */
export const unknownWorkspace = codedError(
  'workspace_unknown',
  404,
  'Workspace not found',
  (workspace: string) =>
    `The app is not installed in a workspace "${workspace}". "hangar installations list" shows where it is installed.`,
);

/** The text has blanks, line breaks or other characters that Plane's secrets do not have. It is not repeated. */
export const unusableSecret = codedError(
  'webhook_secret_unusable',
  400,
  'Invalid webhook secret',
  "A webhook secret is 1 to 500 printable ASCII characters without blanks and quotes. Copy it from the app's page in Plane.",
);

/** The workspace has none that could be removed. */
export const noWorkspaceSecret = codedError(
  'webhook_secret_unknown',
  404,
  'Webhook secret not found',
  (workspace: string, previous: boolean) =>
    `Workspace "${workspace}" has no ${previous ? 'previous ' : ''}workspace secret. "hangar webhook-secrets list" shows those that exist.`,
);

/** The change would delete a secret that verifies webhooks. */
export const workspaceSecretInUse = codedError(
  'webhook_secret_in_use',
  409,
  'A webhook secret is in use',
  (fingerprint: string) =>
    `This would delete the secret ${fingerprint}, which verified a webhook within the last day (a workspace keeps the two newest). Set the new secret in Plane first and wait, or repeat this with "force".`,
);
