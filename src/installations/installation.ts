import { DEFAULT_CONNECTION } from '../config/plane-connection.js';
import { type InstallationEntity } from './installation.entity.js';

/** The app in one workspace of one Plane. */
export type Installation = Readonly<Omit<InstallationEntity, 'checkAt'>>;

/** What waits for an install of the app in a workspace, by a connection. */
export function installOf({
  connectionId,
  workspaceId,
}: Pick<Installation, 'connectionId' | 'workspaceId'>): `install:${string}` {
  return connectionId === DEFAULT_CONNECTION ? `install:${workspaceId}` : `install:${connectionId}/${workspaceId}`;
}
