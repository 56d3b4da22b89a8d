import { type PlaneOAuthAppInstallation } from '@makeplane/plane-node-sdk';
import { Secret } from '../common/secret.js';
import { PlaneError } from './plane.error.js';

/** What Plane's token endpoint grants (docs/plane.md §3). */
export interface Grant {
  readonly accessToken: Secret;
  readonly refreshToken?: Secret;
  /** Seconds from now; Plane may leave it out. */
  readonly expiresInSeconds?: number;
  readonly scope?: string;
  /** When Plane was asked, on this process's monotonic clock (`performance.now()`): the lifetime counts from then. */
  readonly askedAt?: number;
}

/** An installation as Plane's app-installation endpoint returns it (docs/plane.md §4). */
export type PlaneInstallation = PlaneOAuthAppInstallation;

const MAX_LIFETIME_SECONDS = 10 * 365 * 86_400;
const MAX_TEXT_LENGTH = 20_000;

/** Plane answered 2xx with something that its contract does not allow. */
function unexpectedAnswer(call: string): PlaneError {
  return new PlaneError({
    kind: 'answer',
    call,
    planeStatus: 200,
    said: 'with a body that its API does not document',
  });
}

/** Reads the token endpoint's answer. @throws {PlaneError} it is malformed */
export function grantOf(answer: unknown): Grant {
  const { access_token, refresh_token, expires_in, scope } = recordOf(answer);
  const unexpected = unexpectedAnswer('POST /auth/o/token/');
  if (!isText(access_token) || (refresh_token && !isText(refresh_token))) throw unexpected;
  return {
    accessToken: new Secret(access_token),
    ...(isText(refresh_token) && { refreshToken: new Secret(refresh_token) }),
    ...lifetimeOf(expires_in),
    ...(isText(scope) && { scope }),
  };
}

/** Reads an installation from the app-installation endpoint's answer. @throws {PlaneError} it is malformed */
export function installationIn(answer: unknown, id: string): PlaneInstallation | undefined {
  if (!Array.isArray(answer)) throw unexpectedAnswer('GET /auth/o/app-installation/');
  const found: unknown = answer.find((each) => recordOf(each)['id'] === id);
  return found === undefined ? undefined : installationOf(found);
}

function installationOf(answer: unknown): PlaneInstallation {
  const found = recordOf(answer);
  const workspace = recordOf(found['workspace_detail']);
  const needed = [found['id'], found['status'], found['app_bot'], found['application']];
  const named = [workspace['id'], workspace['slug'], workspace['name']];
  const optional = [found['webhook'], found['installed_by'], found['deleted_at']];
  const sound = [...needed, ...named].every(isText) && optional.every((value) => !value || isText(value));
  if (!sound || (isText(found['deleted_at']) && Number.isNaN(Date.parse(found['deleted_at']))))
    throw unexpectedAnswer('GET /auth/o/app-installation/');
  return found as unknown as PlaneInstallation;
}

/** Reads the user that a token belongs to. @throws {PlaneError} the answer names none */
export function userIdOf(answer: unknown): string {
  const { id } = recordOf(answer);
  if (!isText(id)) throw unexpectedAnswer('GET /api/v1/users/me/');
  return id;
}

/** The workspace of the first project in a list; `undefined` where the list is empty. @throws {PlaneError} it is malformed */
export function firstWorkspaceIdIn(answer: unknown): string | undefined {
  const { results } = recordOf(answer);
  if (!Array.isArray(results)) throw unexpectedAnswer('GET /api/v1/workspaces/{slug}/projects/');
  if (results.length === 0) return undefined;
  const { workspace } = recordOf(results[0]);
  if (!isText(workspace)) throw unexpectedAnswer('GET /api/v1/workspaces/{slug}/projects/');
  return workspace;
}

function recordOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

/** A text that can be stored: PostgreSQL rejects NUL. */
function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= MAX_TEXT_LENGTH && !value.includes('\0');
}

/** Some servers send the number as text; one that is neither counts as missing. */
function lifetimeOf(value: unknown): { expiresInSeconds?: number } {
  const seconds = typeof value === 'string' && /^\d{1,12}$/.test(value.trim()) ? Number(value) : value;
  const isLifetime = typeof seconds === 'number' && seconds > 0 && seconds <= MAX_LIFETIME_SECONDS;
  return isLifetime ? { expiresInSeconds: seconds } : {};
}
