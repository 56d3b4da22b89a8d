import { type Secret } from '../common/secret.js';
import { type HangarConfig } from './hangar-config.js';
import {
  DEFAULT_CONNECTION,
  type KeyConnection,
  type OAuthConnection,
  type PlaneConnection,
} from './plane-connection.js';

/** What belongs to a connection: rows name it, and the base URL that they were made for. */
export interface OfConnection {
  /** Default: the connection without a name. */
  readonly connectionId?: string;
  readonly baseUrl: string;
}

/** The connections of this deployment: at least one. */
export class PlaneConnections {
  constructor(readonly all: readonly PlaneConnection[]) {}

  /** The connection without a name: that of the variables `PLANE_…`, else the first one. */
  get default(): PlaneConnection {
    const found = this.find(DEFAULT_CONNECTION) ?? this.all[0];
    if (!found) throw new Error('no connection to Plane is configured');
    return found;
  }

  /** The id of each. */
  get ids(): readonly string[] {
    return this.all.map(({ id }) => id);
  }

  /** Those with an API key. */
  get withKeys(): readonly KeyConnection[] {
    return this.all.filter((each) => each.mode === 'api-key');
  }

  /** Those with an app. */
  get withApps(): readonly OAuthConnection[] {
    return this.all.filter((each) => each.mode === 'oauth');
  }

  /** The credentials of all of them, which no text may contain. */
  get secrets(): readonly Secret[] {
    return this.all.flatMap((each) => {
      if (each.mode === 'api-key') return [each.key.secret];
      return each.app ? [each.app.clientSecret] : [];
    });
  }

  find(id: string): PlaneConnection | undefined {
    return this.all.find((each) => each.id === id);
  }

  /** What a workspace is called: its slug or id, with the connection where there are several. */
  nameOf(connectionId: string, workspace: string): string {
    return this.all.length > 1 ? `${connectionId}/${workspace}` : workspace;
  }

  /**
   * The connection that a stored row belongs to; `undefined` where it is not configured, or leads to another Plane by now:
   * that one would reject its tokens.
   */
  of({ connectionId = DEFAULT_CONNECTION, baseUrl }: OfConnection): PlaneConnection | undefined {
    const found = this.find(connectionId);
    return found?.baseUrl === baseUrl ? found : undefined;
  }
}

/** The connections that a valid configuration describes. */
export function connectionsOf(config: HangarConfig): PlaneConnections {
  const { apps, publicUrl } = config;
  const named = apps.map(({ hasOwnRedirectUri, ...connection }) =>
    connection.mode === 'oauth' && !hasOwnRedirectUri
      ? { ...connection, redirectUri: `${publicUrl}/oauth/callback/${connection.id}` }
      : connection,
  );
  const own = defaultConnection(config);
  const isNamed = own.mode === 'api-key' || own.app !== undefined;
  return new PlaneConnections(isNamed || named.length === 0 ? [own, ...named] : named);
}

/** The short form of one connection: the variables `PLANE_…`. */
function defaultConnection(config: HangarConfig): PlaneConnection {
  const { planeMode, planeBaseUrl: baseUrl, planeWebhookSecrets: webhookSecrets, planeWebhookSecretsPath } = config;
  const { planeClientId: clientId, planeClientSecret: clientSecret, planeRedirectUri: redirectUri } = config;
  const { planeApiKey: secret, planeWorkspace: workspaceSlug, planeScopes: scopes } = config;
  const secrets = { webhookSecrets, ...(planeWebhookSecretsPath && { webhookSecretsPath: planeWebhookSecretsPath }) };
  const base = { id: DEFAULT_CONNECTION, baseUrl, ...secrets };
  if (planeMode === 'api-key' && secret && workspaceSlug !== undefined)
    return { ...base, mode: 'api-key', key: { secret, workspaceSlug } };
  const app = clientId !== undefined && clientSecret ? { app: { clientId, clientSecret } } : {};
  return { ...base, mode: 'oauth', redirectUri, ...app, ...(scopes && { scopes }) };
}
