import { type Secret } from '../common/secret.js';
import { type HangarConfig } from './hangar-config.js';
import { DEFAULT_CONNECTION, type KeyConnection, type PlaneConnection } from './plane-connection.js';

/** The connections of this deployment: at least one. */
export class PlaneConnections {
  constructor(readonly all: readonly PlaneConnection[]) {}

  /** The connection without a name: that of the variables `PLANE_…`, else the first one. */
  get default(): PlaneConnection {
    const found = this.find(DEFAULT_CONNECTION) ?? this.all[0];
    if (!found) throw new Error('no connection to Plane is configured');
    return found;
  }

  /** Those with an API key. */
  get withKeys(): readonly KeyConnection[] {
    return this.all.filter((each) => each.mode === 'api-key');
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
}

/** The connections that a valid configuration describes. */
export function connectionsOf(config: HangarConfig): PlaneConnections {
  return new PlaneConnections([defaultConnection(config)]);
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
