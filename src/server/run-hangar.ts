import { type HangarApp, registerApp } from './hangar-app.js';
import { isLoadingApp } from './find-app.js';

/**
 * Starts the server of an app, whose module calls this once: Hangar with the app's modules, on the configuration of the
 * environment. Resolves once the server accepts requests; a failed start is printed, and ends the process.
 *
 * Where a command of `npx hangar` loads the module, nothing is started: the command gets the app.
 */
export async function runHangar(app: HangarApp): Promise<void> {
  registerApp(app);
  if (isLoadingApp()) return;
  const { runServer } = await import('./run-server.js');
  await runServer(app);
}
