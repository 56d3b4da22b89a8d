/** Whether the app is live in the workspace. */
export type InstallationStatus = 'installed' | 'uninstalled';

/** The app in one workspace of one Plane. */
export interface Installation {
  /** Hangar's own id. */
  readonly id: string;
  readonly baseUrl: string;
  /** Plane's id. */
  readonly installationId: string;
  readonly status: InstallationStatus;
  readonly workspaceId: string;
  readonly workspaceSlug: string;
  readonly workspaceName: string;
  /** The user id that the app acts under in that workspace. */
  readonly botUserId: string;
  readonly applicationId: string;
  readonly webhookId: string | null;
  readonly installedBy: string | null;
  readonly uninstalledAt: Date | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}
