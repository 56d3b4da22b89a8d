import { type Secret } from '../common/secret.js';

/** How the app calls Plane: with tokens that consents grant, or with a personal API key. */
export const PLANE_MODES = ['oauth', 'api-key'] as const;

/** One of {@link PLANE_MODES}. */
export type PlaneMode = (typeof PLANE_MODES)[number];

/** The app's credentials on its page in Plane. */
interface PlaneApp {
  readonly clientId: string;
  readonly clientSecret: Secret;
}

/** A user's API key, and the workspace that it is used in. */
interface PlaneKey {
  readonly secret: Secret;
  readonly workspaceSlug: string;
}

/** What connections of both modes have. */
interface ConnectionBase {
  /** Stable: stored with what belongs to the connection. */
  readonly id: string;
  /** As `httpUrl` spells it. */
  readonly baseUrl: string;
  /** Secrets of its webhook, newest first. */
  readonly webhookSecrets: readonly Secret[];
  /** The file that they were read from, if any: they are read again when it changes. */
  readonly webhookSecretsPath?: string;
}

/** A Plane where the app is registered. */
export interface OAuthConnection extends ConnectionBase {
  readonly mode: 'oauth';
  /** Absent where the simulator is used. */
  readonly app?: PlaneApp;
  readonly redirectUri: string;
  /** Requested at consent, space separated. */
  readonly scopes?: string;
}

/** A workspace of a Plane without OAuth apps: the community edition. */
export interface KeyConnection extends ConnectionBase {
  readonly mode: 'api-key';
  readonly key: PlaneKey;
}

/** A Plane that the app works with, and what the app has there. */
export type PlaneConnection = OAuthConnection | KeyConnection;

/** The id of the connection that the variables `PLANE_…` describe. */
export const DEFAULT_CONNECTION = 'default';
