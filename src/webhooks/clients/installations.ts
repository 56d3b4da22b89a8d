import { Injectable } from '@nestjs/common';
import { type Installation } from '../../installations/installation.js';
import { InstallationsService } from '../../installations/installations.service.js';

/** Where the app is installed now, for the app's own classes: inject it. */
@Injectable()
export class Installations {
  constructor(private readonly installations: InstallationsService) {}

  /** All of them, ordered by workspace. */
  async list(): Promise<Installation[]> {
    return this.installations.installed();
  }

  /** The one in a workspace, by its slug or id; `undefined` where the app is not installed. */
  async find(workspace: string): Promise<Installation | undefined> {
    const found = await this.installations.findBySlugOrId(workspace);
    return found?.status === 'installed' ? found : undefined;
  }
}
