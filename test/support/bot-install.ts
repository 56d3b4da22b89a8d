import { type INestApplicationContext } from '@nestjs/common';
import { type PlaneConnection } from '../../src/config/plane-connection.js';
import { type Installation } from '../../src/installations/installation.js';
import { PlaneOAuthService } from '../../src/plane/plane-oauth.service.js';
import { InstallAppService } from '../../src/installations/install-app.service.js';
import { type SimulatorControl } from './simulator-control.js';

/** Installs the app in the simulator's first workspace and takes the install in, as the callback does. */
export async function botInstall(
  context: INestApplicationContext,
  plane: SimulatorControl,
  connection?: PlaneConnection,
): Promise<Installation> {
  const id = String((await plane.post('/installations'))['id']);
  const oauth = context.get(PlaneOAuthService);
  const grant = await oauth.mintBotToken(id);
  const found = await oauth.readInstallation(grant.accessToken, id);
  if (!found) throw new Error('the simulator does not know its installation');
  return context.get(InstallAppService).install(found, grant, connection);
}
