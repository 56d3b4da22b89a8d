import { Announcer, type NoticeOptions } from './actions/announcer.js';
import { CommentActions } from './actions/comment.actions.js';
import { InstallationActions } from './actions/installation.actions.js';
import { ProjectActions } from './actions/project.actions.js';
import { RecordActions } from './actions/record.actions.js';
import { RunActions } from './actions/run.actions.js';
import { ThreadActions } from './actions/thread.actions.js';
import { WorkItemActions } from './actions/work-item.actions.js';
import { CallLog } from './api/call-log.js';
import { AuthorizationCodes } from './auth/authorization-codes.js';
import { TokenStore } from './auth/token-store.js';
import { Faults } from './faults.js';
import { RequestLog } from './request-log.js';
import { WebhookSender } from './sending/webhook-sender.js';
import { CommunityNotices } from './community/notices.js';
import { type CommunityRelease } from './community/release.js';
import {
  initialSettings,
  registeredApp,
  type RegisteredApp,
  releaseOf,
  type SimulatorOptions,
} from './simulator-options.js';
import { type Settings } from './settings.js';
import { SAMPLE } from './world/seed.js';
import { type User } from './world/world.types.js';
import { World } from './world/world.js';

/** Everything that the routes use. */
export interface SimulatorContext {
  readonly app: RegisteredApp;
  /** `null`: Plane Cloud. */
  readonly release: CommunityRelease | null;
  readonly settings: Settings;
  readonly world: World;
  readonly codes: AuthorizationCodes;
  readonly tokens: TokenStore;
  readonly sender: WebhookSender;
  readonly faults: Faults;
  readonly requests: RequestLog;
  /** API calls by token. */
  readonly calls: CallLog;
  /** Token requests by grant type and status. */
  readonly grants: RequestLog;
  readonly comments: CommentActions;
  readonly workItems: WorkItemActions;
  readonly projects: ProjectActions;
  readonly records: RecordActions;
  readonly runs: RunActions;
  readonly threads: ThreadActions;
  readonly installations: InstallationActions;
  /** How changes made through Plane's API are announced. */
  readonly byApi: () => NoticeOptions;
  /** Aborted when the simulator closes. */
  readonly closing: AbortController;
}

/** The person whose API key an app of the community edition uses. */
const KEY_OWNER: User = {
  id: SAMPLE.botId,
  firstName: 'Build',
  lastName: 'Bot',
  email: 'build-bot@example.com',
  displayName: 'build-bot',
  role: 'member',
};

/** The community edition has no apps: its first workspace has a webhook, and a user with an API key, from the start. */
function prepareCommunity(world: World, tokens: TokenStore, apiKey: string): void {
  const [workspace] = world.workspaces;
  if (!workspace) return;
  world.install(workspace, SAMPLE.adminId, Date.now());
  world.users.set(KEY_OWNER.id, KEY_OWNER);
  tokens.addApiKey(apiKey, KEY_OWNER.id, workspace.id);
}

/** Creates the parts; starts nothing. @throws 400 for a wrong version */
export function createContext(options: SimulatorOptions): SimulatorContext {
  const app = registeredApp(options);
  const settings = initialSettings(options);
  const log = options.log ?? (() => undefined);
  const world = new World(() => Date.now() + settings.changeOffsetSeconds * 1000);
  const tokens = new TokenStore(settings);
  const release = releaseOf(options);
  if (release) prepareCommunity(world, tokens, app.apiKey.reveal());
  else tokens.addApiKey(app.apiKey.reveal(), SAMPLE.adminId);
  const sender = new WebhookSender({
    url: app.webhookUrl,
    secret: app.webhookSecret,
    settings,
    community: release !== null,
    log,
  });
  const announcer = new Announcer(world, sender, app.clientId, release && new CommunityNotices(release));
  const comments = new CommentActions(world, announcer);
  const runs = new RunActions(world, comments, settings);
  return {
    app,
    release,
    settings,
    world,
    codes: new AuthorizationCodes(),
    tokens,
    sender,
    faults: new Faults({ now: Date.now, scale: () => settings.agentTimeScale }),
    calls: new CallLog(),
    requests: new RequestLog(),
    grants: new RequestLog(),
    comments,
    workItems: new WorkItemActions(world, announcer),
    projects: new ProjectActions(world, announcer),
    records: new RecordActions(world, announcer),
    runs,
    threads: new ThreadActions(world, announcer, comments, runs),
    installations: new InstallationActions(world, tokens, sender, log),
    byApi: () => ({ shape: settings.shape, by: 'api' }),
    closing: new AbortController(),
  };
}
