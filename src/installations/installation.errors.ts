import { codedError } from '../common/coded-error.js';

/** The app is not installed in that workspace. */
export const installationUnknown = codedError(
  'installation_unknown',
  404,
  'Installation not found',
  (workspace: string) => `The app is not installed in the workspace ${JSON.stringify(workspace)} (slug or id).`,
);
