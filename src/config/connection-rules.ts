import { type HangarConfig } from './hangar-config.js';
import { DEFAULT_CONNECTION } from './plane-connection.js';

type Rule = readonly [broken: (config: HangarConfig) => boolean, name: string, problem: string];

const WITH_KEY = 'is required with PLANE_MODE=api-key';
const NOT_WITH_KEY = 'is for PLANE_MODE=oauth: the community edition has no OAuth apps';
const NOT_WITH_OAUTH = 'is for PLANE_MODE=api-key: set that too, or remove it';

/** The variables that describe the connection to Plane, by `PLANE_MODE`. */
export const CONNECTION_RULES: readonly Rule[] = [
  [
    (c) => !hasKey(c) && !!c.planeClientId && !c.planeClientSecret,
    'PLANE_CLIENT_SECRET',
    'is required with PLANE_CLIENT_ID',
  ],
  [
    (c) => !hasKey(c) && !c.planeClientId && !!c.planeClientSecret,
    'PLANE_CLIENT_ID',
    'is required with PLANE_CLIENT_SECRET',
  ],
  [
    (c) => c.production && usesSimulator(c),
    'PLANE_CLIENT_ID',
    'is required with NODE_ENV=production: the simulator is for development',
  ],
  [(c) => hasKey(c) && !c.planeApiKey, 'PLANE_API_KEY', WITH_KEY],
  [(c) => hasKey(c) && c.planeWorkspace === undefined, 'PLANE_WORKSPACE', WITH_KEY],
  [
    (c) => hasKey(c) && c.settings['PLANE_BASE_URL'] === undefined,
    'PLANE_BASE_URL',
    `${WITH_KEY}: the key must not be sent to another Plane`,
  ],
  [(c) => hasKey(c) && c.planeClientId !== undefined, 'PLANE_CLIENT_ID', NOT_WITH_KEY],
  [(c) => hasKey(c) && c.planeClientSecret !== undefined, 'PLANE_CLIENT_SECRET', NOT_WITH_KEY],
  [(c) => !hasKey(c) && c.planeApiKey !== undefined, 'PLANE_API_KEY', NOT_WITH_OAUTH],
  [
    (c) => (hasKey(c) || !!c.planeClientId) && c.apps.some(({ id }) => id === DEFAULT_CONNECTION),
    'HANGAR_APPS',
    `has a connection "${DEFAULT_CONNECTION}", which the variables PLANE_… describe already`,
  ],
  [(c) => !hasKey(c) && c.planeWorkspace !== undefined, 'PLANE_WORKSPACE', NOT_WITH_OAUTH],
];

/** Whether the connection is a workspace of the community edition. */
export function hasKey({ planeMode }: HangarConfig): boolean {
  return planeMode === 'api-key';
}

/** Whether the variables name no Plane. */
export function usesSimulator({ planeMode, planeClientId, apps }: HangarConfig): boolean {
  return planeMode === 'oauth' && !planeClientId && apps.length === 0;
}
