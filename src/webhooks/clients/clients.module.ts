import { Global, Module } from '@nestjs/common';
import { PeopleModule } from '../../identity/people/people.module.js';
import { InstallationsModule } from '../../installations/installations.module.js';
import { PlaneModule } from '../../plane/plane.module.js';
import { TokensModule } from '../../tokens/tokens.module.js';
import { Installations } from './installations.js';
import { PlaneClients } from './plane-clients.service.js';
import { WorkspaceUsersService } from './workspace-users.service.js';

/** Clients of Plane's API. Global, so that the app's classes can inject {@link PlaneClients} and {@link Installations}. */
@Global()
@Module({
  imports: [InstallationsModule, PeopleModule, PlaneModule, TokensModule],
  providers: [WorkspaceUsersService, PlaneClients, Installations],
  exports: [PlaneClients, Installations],
})
export class ClientsModule {}
