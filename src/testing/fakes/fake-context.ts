import { randomUUID } from 'node:crypto';
import { SAMPLE } from '../../../simulator/world/seed.js';
import { type Installation } from '../../installations/installation.js';
import { type PlaneContext } from '../../webhooks/discovery/handler-contexts.js';
import { type HandlerLogger, type LogLine } from '../../webhooks/discovery/handler-logger.js';
import { type WorkItemView } from '../../webhooks/events/entity-view.types.js';
import { fakeExtras, FakeMemory } from './fake-extras.js';
import { type FakeAnswers, type FakeCall, fakePlane } from './fake-plane.js';

/** What differs from the sample of a context; whatever else it has may be given too. */
export interface FakeContextOptions extends Partial<Omit<PlaneContext, 'delivery' | 'workspace' | 'installation'>> {
  /** What Plane answers, by the SDK's method: `{ 'workItems.retrieve': { name: 'A' } }`, or functions of the arguments. */
  readonly answers?: FakeAnswers;
  readonly delivery?: Partial<PlaneContext['delivery']>;
  readonly workspace?: Partial<PlaneContext['workspace']>;
  readonly installation?: Partial<Installation>;
  /** What an earlier run kept; default nothing. */
  readonly memory?: FakeMemory;
}

/** A context for unit tests of a handler, which also says what the handler did. */
export interface FakeContext extends PlaneContext {
  /** The calls to Plane, in their order. */
  readonly calls: readonly FakeCall[];
  /** What the handler logged. */
  readonly logged: readonly LogLine[];
  /** What it stored, did once, and scheduled. */
  readonly memory: FakeMemory;
  /** Aborts `signal`, as a time-out does. */
  abort(reason?: unknown): void;
}

/** The context of a handler that runs by itself, without Plane, queue and database. */
export function fakeContext(options: FakeContextOptions = {}): FakeContext {
  const { answers = {}, delivery, workspace, installation, memory = new FakeMemory(), ...given } = options;
  const calls: FakeCall[] = [];
  const logged: LogLine[] = [];
  const controller = new AbortController();
  const place = { id: SAMPLE.workspaceId, slug: 'sandbox', name: 'Sandbox', ...workspace };
  // Typed by its use: what later releases add to contexts comes from `fakeExtras`.
  const context: object = {
    plane: fakePlane(answers, calls),
    planeAs: (userId: string) => fakePlane(answers, calls, userId),
    planeAsSubject: (subject: string) => fakePlane(answers, calls, subject),
    projectIdOf: async ({ projectId = SAMPLE.projectId }: Pick<WorkItemView, 'projectId'>) => projectId,
    installation: { ...installationIn(place), ...installation },
    workspace: place,
    delivery: { id: randomUUID(), attempt: 1, ...delivery },
    logger: recordingLogger(logged),
    signal: controller.signal,
    ...fakeExtras(memory, calls),
    ...given,
    calls,
    logged,
    memory,
    abort: (reason: unknown) => controller.abort(reason),
  };
  return context as FakeContext;
}

function recordingLogger(lines: LogLine[]): HandlerLogger {
  const at = (level: string) => (message: string, fields?: LogLine['fields']) =>
    void lines.push({ at: new Date().toISOString(), level, message, ...(fields && { fields }) });
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

function installationIn({ id, slug, name }: PlaneContext['workspace']): Installation {
  const at = new Date('2026-01-15T10:30:00Z');
  return {
    id: randomUUID(),
    connectionId: 'default',
    baseUrl: 'http://plane.invalid',
    installationId: SAMPLE.installationId,
    status: 'installed',
    workspaceId: id,
    workspaceSlug: slug,
    workspaceName: name,
    botUserId: SAMPLE.botId,
    applicationId: SAMPLE.applicationId,
    webhookId: SAMPLE.webhookId,
    installedBy: SAMPLE.adminId,
    uninstalledAt: null,
    createdAt: at,
    updatedAt: at,
  };
}
