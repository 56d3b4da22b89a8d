import { type TokenStore } from '../auth/token-store.js';
import { type WebhookSender } from '../sending/webhook-sender.js';
import { type Installation, type User, type Workspace } from '../world/world.types.js';
import { type World } from '../world/world.js';

/** Installing and uninstalling the app. */
export class InstallationActions {
  constructor(
    private readonly world: World,
    private readonly tokens: TokenStore,
    private readonly sender: WebhookSender,
    private readonly log: (line: string) => void,
  ) {}

  /** Installs the app and enables its webhook there; returns an existing installation unchanged. */
  install(workspace: Workspace, by: User): Installation {
    const live = this.world.activeInstallation(workspace.id);
    if (live) return live;
    this.sender.switches.set(workspace.id, true);
    this.log(`app installed in ${workspace.slug}`);
    return this.world.install(workspace, by.id, Date.now());
  }

  /**
   * Uninstalls the app. Plane sends no event. The bot's tokens are revoked, unless `keepTokens`: then
   * `/auth/o/app-installation/` still accepts them and reports the uninstall.
   */
  uninstall(installation: Installation, keepTokens: boolean): void {
    const now = Date.now();
    installation.deletedAt ??= now;
    installation.updatedAt = now;
    this.sender.dropPending(installation.workspaceId);
    if (!keepTokens) this.tokens.revokeBot(installation.workspaceId);
    this.log(`app uninstalled from ${this.world.workspaceById(installation.workspaceId).slug}`);
  }

  /** Enables or disables the webhook in one workspace, or in all. */
  switchWebhook(enabled: boolean, workspace?: Workspace, toggles?: readonly string[]): void {
    const ids = workspace ? [workspace.id] : this.world.workspaces.map(({ id }) => id);
    for (const id of ids) {
      this.sender.switches.set(id, enabled);
      if (toggles) this.sender.switches.choose(id, toggles);
    }
    this.log(`webhook ${enabled ? 'enabled' : 'disabled'}`);
  }
}
