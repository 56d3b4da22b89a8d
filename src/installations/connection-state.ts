/**
 * What the last check of an API key found. `key_rejected`: it is wrong, revoked or expired. `workspace_denied`: the key
 * works, but not in that workspace. `workspace_empty`: neither a project nor a webhook shows the workspace's id yet.
 * `unreachable`: Plane did not answer.
 */
export const CONNECTION_STATES = [
  'working',
  'key_rejected',
  'workspace_denied',
  'workspace_empty',
  'unreachable',
] as const;

/** One of {@link CONNECTION_STATES}. */
export type ConnectionState = (typeof CONNECTION_STATES)[number];

/** What each state means, for people. */
export const STATE_TEXTS: Readonly<Record<ConnectionState, string>> = {
  working: 'the API key works',
  key_rejected: 'Plane rejects the API key',
  workspace_denied: 'Plane denies access to the workspace',
  workspace_empty: 'the id of the workspace is not known yet',
  unreachable: 'Plane does not answer',
};
