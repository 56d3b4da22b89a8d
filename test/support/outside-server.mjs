// An app of its own with a controller that calls Plane outside of an event.
import { Controller, Get, Inject, Module, Param } from '@nestjs/common';
import { Installations, PlaneClients, runHangar } from '../../dist/src/index.js';

class OutsideController {
  constructor(installations, clients) {
    this.installations = installations;
    this.clients = clients;
  }

  async workspaces() {
    const list = await this.installations.list();
    return list.map(({ workspaceSlug }) => workspaceSlug);
  }

  async bot(workspace) {
    const { display_name: name } = await this.clients.forInstallation(workspace).users.me();
    const { results } = await this.clients.forInstallation(workspace).projects.list(workspace);
    return { name, projects: results.length };
  }

  async user(id) {
    return { name: (await this.clients.forUser(id).users.me()).display_name };
  }
}

const { prototype } = OutsideController;
Inject(Installations)(OutsideController, undefined, 0);
Inject(PlaneClients)(OutsideController, undefined, 1);
for (const [method, path] of Object.entries({ workspaces: '', bot: 'bots/:key', user: 'users/:key' })) {
  if (path !== '') Param('key')(prototype, method, 0);
  Get(path)(prototype, method, Object.getOwnPropertyDescriptor(prototype, method));
}
Controller('outside')(OutsideController);

class OutsideModule {}
Module({ controllers: [OutsideController] })(OutsideModule);

await runHangar({ imports: [OutsideModule] });
