import { randomUUID } from 'node:crypto';
import { type Shape } from '../../../simulator/sending/notice.types.js';
import { planeSignature } from '../../../simulator/sending/signature.js';
import { millisecondsOf } from '../../common/duration.js';
import { InstallAppService } from '../../installations/install-app.service.js';
import { InstallationsService } from '../../installations/installations.service.js';
import { PlaneOAuthService } from '../../plane/plane-oauth.service.js';
import { type PlaneEvent } from '../../webhooks/events/plane-event.js';
import { type Backend, type TestDeadLetter } from './backend.js';
import { type RunRecorder, type TestRun } from './run-recorder.js';
import { type PlaneState, type TestPlane } from './test-plane.js';
import { type WebhookAnswer, type Wire } from './wire.js';

/** How a user acts in Plane. */
export interface ActOptions {
  /** `admin` (default), `member`, a display name or an id in Plane. */
  readonly as?: string;
  /** The shape of the webhook; default that of the app, `v2`. */
  readonly shape?: Shape;
  /** Whether to wait until the handlers have run; default true. */
  readonly wait?: boolean;
}

/** What a user's action made. */
export interface Acted {
  /** Of the comment, work item or prompt. */
  readonly id: string;
  /** The runs that ended since the action began. */
  readonly runs: readonly TestRun[];
}

/** What an app under test is made of. */
export interface TestAppParts {
  readonly backend: Backend;
  readonly plane: TestPlane;
  readonly recorder: RunRecorder;
  readonly wire: Wire;
  readonly webhookSecret: string;
  readonly close: () => Promise<void>;
}

const UNTIL_MS = 15_000;
const POLL_MS = 20;

/** An app with a simulated Plane. Act as a user, read runs, comments and calls. Close it after the tests. */
export class TestApp {
  readonly plane: TestPlane;
  /** The time by which retries, delays and time-outs count. `Date.now()` in handlers is not changed. */
  readonly clock: {
    now(): Date;
    /** Lets time pass, `90s`, `2h`, or seconds: what becomes due runs, in its order. */
    advance(duration: string | number): Promise<void>;
  };

  constructor(private readonly parts: TestAppParts) {
    const { backend, plane } = parts;
    this.plane = plane;
    this.clock = { now: () => backend.now(), advance: (duration) => backend.advance(durationMs(duration)) };
  }

  /** Writes a comment on a work item (`WEB-1`). One that mentions the app starts an agent run. */
  async comment(
    workItem: string,
    text: string,
    { replyTo, ...options }: ActOptions & { replyTo?: string } = {},
  ): Promise<Acted> {
    return this.act('/comments', { workItem, text, ...(replyTo !== undefined && { replyTo }) }, options);
  }

  /** Changes fields of a work item: `{ priority: 'urgent', state, assignees, labels, name … }`. */
  async change(workItem: string, changes: Readonly<Record<string, unknown>>, options: ActOptions = {}): Promise<Acted> {
    const { id } = await this.plane.workItem(workItem);
    return this.act(`/work-items/${id}`, { changes }, options);
  }

  /** Creates a work item in a project (`WEB`). */
  async create(project: string, fields: Readonly<Record<string, unknown>>, options: ActOptions = {}): Promise<Acted> {
    return this.act('/work-items', { project, fields }, options);
  }

  /** Deletes a work item. */
  async delete(workItem: string, options: ActOptions = {}): Promise<Acted> {
    const { id } = await this.plane.workItem(workItem);
    return this.act(`/work-items/${id}/delete`, {}, options);
  }

  /** Mentions the app, which starts an agent run. Resolves with the run's id in Plane. */
  async mention(workItem: string, text: string, options: ActOptions = {}): Promise<Acted> {
    return this.act('/runs', { workItem, text: `@your-app ${text}` }, options);
  }

  /** Writes to an agent run, by its id. */
  async prompt(run: string, body: string, options: Omit<ActOptions, 'shape'> = {}): Promise<Acted> {
    return this.act(`/runs/${run}/prompt`, { body }, options);
  }

  /** Stops an agent run. */
  async stop(run: string, options: Omit<ActOptions, 'shape'> = {}): Promise<Acted> {
    return this.act(`/runs/${run}/prompt`, { body: 'Stop', signal: 'stop' }, options);
  }

  /** Installs the app in a workspace. */
  async install(workspace = 'sandbox'): Promise<void> {
    const { ref } = this.parts.backend;
    const { id } = await this.plane.control('/installations', { workspace });
    const oauth = ref.get(PlaneOAuthService, { strict: false });
    const grant = await oauth.mintBotToken(String(id));
    const installation = await oauth.readInstallation(grant.accessToken, String(id));
    if (!installation) throw new Error(`Plane (simulated) does not show the installation in ${workspace}.`);
    await ref.get(InstallAppService, { strict: false }).install(installation, grant);
    await this.settled();
  }

  /** Uninstalls the app from a workspace. */
  async uninstall(workspace = 'sandbox'): Promise<void> {
    const { ref } = this.parts.backend;
    const { installations } = await this.plane.state();
    const live = installations.find((each) => each.workspace === workspace && each.status === 'installed');
    if (!live) throw new Error(`The app is not installed in ${workspace}.`);
    await this.plane.control(`/installations/${live.id}/uninstall`, {});
    const installation = await ref.get(InstallationsService, { strict: false }).findByPlaneId(live.id);
    if (installation) await ref.get(InstallAppService, { strict: false }).uninstall(installation);
    await this.settled();
  }

  /** Sends an event, as from `eventOf`, as Plane sends it: signed, whether or not the app is installed. */
  async send(event: Pick<PlaneEvent, 'raw'>): Promise<WebhookAnswer> {
    const body = Buffer.from(JSON.stringify(event.raw));
    const signature = planeSignature(this.parts.webhookSecret, body);
    return this.deliver({ body, headers: { 'content-type': 'application/json', 'x-plane-signature': signature } });
  }

  /** Plane sends its last webhook again. The answer is `duplicate`, and no handler runs. */
  async redeliver(): Promise<WebhookAnswer> {
    const last = this.parts.wire.webhooks.at(-1);
    if (!last) throw new Error('Plane has sent no webhook yet.');
    return this.deliver({ ...last, headers: { ...last.headers, 'x-plane-delivery': randomUUID() } });
  }

  /** The next run of the handler (`PingHandler.pong`) throws this instead of calling the method. */
  failNext(handler: string, error = new Error('the test lets this run fail')): void {
    this.parts.recorder.failNext(handler, error);
  }

  /** Every run that has ended, of one handler or of all, in their order. */
  runs(handler?: string): readonly TestRun[] {
    const { runs } = this.parts.recorder;
    return handler === undefined ? runs : runs.filter((run) => run.handler === handler);
  }

  /** What has failed for the last time, oldest first. */
  async deadLetters(): Promise<TestDeadLetter[]> {
    return this.parts.backend.deadLetters();
  }

  /** Resolves once every webhook is delivered, no handler runs and none is due. Every action waits for it. */
  async settled(): Promise<void> {
    // A run that ends meanwhile may have had Plane send one more: nothing is new at the second of two looks.
    for (let before: string | undefined; ;) {
      const { deliveries } = await this.plane.state();
      const now = deliveries.some(isUnderWay) ? undefined : deliveries.map(({ id }) => id).join();
      if (now !== undefined && now === before) return;
      before = now;
      await this.parts.backend.settled();
    }
  }

  /** Waits until something is true, for what happens in the background, such as the posts of an agent. */
  async until(check: () => unknown): Promise<void> {
    const giveUpAt = performance.now() + UNTIL_MS;
    while (!(await check())) {
      if (performance.now() > giveUpAt) throw new Error(`It is not true after ${UNTIL_MS / 1000} s.`);
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }

  /** An instance of the app, by its class. */
  get<T>(token: new (...args: never[]) => T): T {
    return this.parts.backend.ref.get<T>(token, { strict: false });
  }

  /** Stops everything that was started. */
  async close(): Promise<void> {
    await this.parts.close();
  }

  private async act(path: string, body: object, { as: author, shape, wait = true }: ActOptions): Promise<Acted> {
    const before = this.parts.recorder.runs.length;
    const made = await this.plane.control(path, {
      ...body,
      ...(author !== undefined && { author }),
      ...(shape && { shape }),
    });
    if (wait) await this.settled();
    return { id: String(made['id']), runs: this.parts.recorder.runs.slice(before) };
  }

  private async deliver(webhook: Parameters<Backend['deliver']>[0]): Promise<WebhookAnswer> {
    this.parts.wire.webhooks.push(webhook);
    const answer = await this.parts.backend.deliver(webhook);
    await this.settled();
    return answer;
  }
}

function isUnderWay({ status }: PlaneState['deliveries'][number]): boolean {
  return status === 'sending';
}

/** @throws {TypeError} for what is no duration */
function durationMs(duration: string | number): number {
  const ms = millisecondsOf(duration);
  if (ms === undefined) throw new TypeError(`"${duration}" is no duration: write 90s, 15m, 2h, 3d, or seconds`);
  return ms;
}
