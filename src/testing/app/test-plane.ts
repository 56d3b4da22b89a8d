import { type Settings } from '../../../simulator/settings.js';
import { type PlaneCall, type Wire } from './wire.js';

const CONTROL = '/_simulator';

/** A comment in Plane. */
export interface TestComment {
  readonly id: string;
  /** `WEB-1`. */
  readonly workItem: string;
  /** Without markup. */
  readonly text: string;
  readonly html: string;
  /** Who wrote it, by id in Plane. */
  readonly actorId: string;
}

/** A work item in Plane. */
export interface TestWorkItem {
  readonly id: string;
  /** `WEB-1`. */
  readonly identifier: string;
  readonly name: string;
  readonly projectId: string;
  readonly workspaceId: string;
  readonly stateId: string;
  readonly priority: string;
  readonly assigneeIds: readonly string[];
  readonly labelIds: readonly string[];
  readonly [field: string]: unknown;
}

/** Which calls to Plane fail, and how. */
export interface PlaneFailure {
  /** The beginning of the path, `*` for any part of it; default `/api/v1/`. */
  readonly path?: string;
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Default 500. */
  readonly status?: number;
  readonly retryAfterSeconds?: number;
  /** Closes the connection instead of an answer. */
  readonly drop?: boolean;
  /** How many calls; default 1. */
  readonly times?: number;
}

/** The simulated Plane's state, as far as the kit reads it. */
export interface PlaneState {
  readonly workItems: readonly TestWorkItem[];
  readonly comments: readonly (Omit<TestComment, 'workItem'> & { readonly workItemId: string })[];
  readonly installations: readonly {
    readonly id: string;
    readonly workspace: string;
    readonly workspaceId: string;
    readonly status: string;
  }[];
  readonly runs: readonly { readonly id: string; readonly status: string; readonly [field: string]: unknown }[];
  readonly users: readonly { readonly id: string; readonly displayName: string; readonly role: string }[];
  readonly deliveries: readonly { readonly id: string; readonly status: string }[];
}

/** The simulated Plane of an app under test. */
export class TestPlane {
  constructor(
    /** The address of its page. */
    readonly url: string,
    private readonly wire: Wire,
  ) {}

  /** The address at which Plane reaches the app. */
  get appUrl(): string {
    return this.wire.url;
  }

  /** The comments, of one work item or of all, oldest first. */
  async comments(workItem?: string): Promise<TestComment[]> {
    const { comments, workItems } = await this.state();
    const nameOf = (id: string): string => workItems.find((item) => item.id === id)?.identifier ?? id;
    const all = comments.map(({ workItemId, ...comment }) => ({ ...comment, workItem: nameOf(workItemId) }));
    return all.filter((comment) => workItem === undefined || comment.workItem === workItem);
  }

  /** A work item by its identifier, `WEB-1`, or its id. @throws where there is none */
  async workItem(key: string): Promise<TestWorkItem> {
    const { workItems } = await this.state();
    const found = workItems.find(({ id, identifier }) => id === key || identifier === key);
    if (found) return found;
    throw new Error(
      `There is no work item "${key}"; there are ${workItems.map((item) => item.identifier).join(', ')}.`,
    );
  }

  /** The calls to Plane's API that the app made, in the order of their answers. */
  calls(): readonly PlaneCall[] {
    return this.wire.calls;
  }

  /** The next calls to Plane fail. */
  async failNext(failure: PlaneFailure = {}): Promise<void> {
    const { path: match = '/api/v1/', drop = false, status = 500, times = 1, ...rest } = failure;
    await this.control('/_simulator/faults', {
      match,
      times,
      ...rest,
      ...(drop ? { kind: 'drop' } : { kind: 'status', status }),
    });
  }

  /** Changes what the simulated Plane does, such as `rateLimitPerMinute`. */
  async set(settings: Partial<Settings>): Promise<void> {
    await this.control('/settings', settings);
  }

  /** Everything that the simulated Plane has. */
  async state(): Promise<PlaneState> {
    return (await (await fetch(`${this.url}/_simulator/state`)).json()) as PlaneState;
  }

  /** A request to the control API, see docs/simulator.md. @throws what it answers */
  async control(path: string, body: object): Promise<Record<string, unknown>> {
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(this.url + (path.startsWith(CONTROL) ? path : CONTROL + path), {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
    });
    const result = (await answer.json()) as Record<string, unknown>;
    if (answer.ok) return result;
    throw new Error(`Plane (simulated) cannot do that: ${String(result['error'])}`);
  }
}
