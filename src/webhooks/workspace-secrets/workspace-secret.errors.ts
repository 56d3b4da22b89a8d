import { DomainError } from '../../common/domain-error.js';

/** The app is not installed in a workspace of that name. */
export function unknownWorkspace(workspace: string): DomainError {
  return new DomainError({
    code: 'workspace_unknown',
    title: 'There is no such workspace',
    detail: `the app is not installed in a workspace "${workspace}": "hangar installations list" shows where it is`,
    status: 404,
  });
}

/** It holds blanks, line breaks or other characters that no secret of Plane's has; its text is not told. */
export function unusableSecret(): DomainError {
  return new DomainError({
    code: 'webhook_secret_unusable',
    title: 'This cannot be a webhook secret',
    detail:
      "a webhook secret is 1 to 500 printable ASCII characters without blanks: copy it from Plane's page",
    status: 400,
  });
}

/** There is nothing to remove. */
export function noWorkspaceSecret(workspace: string, previous: boolean): DomainError {
  return new DomainError({
    code: 'webhook_secret_unknown',
    title: 'There is no such webhook secret',
    detail: `workspace "${workspace}" has no ${previous ? 'previous secret' : 'secret of its own'}: "hangar webhook-secrets list" shows those that there are`,
    status: 404,
  });
}
