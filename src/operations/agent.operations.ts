import { Injectable } from '@nestjs/common';
import { type AgentRunFilter, type AgentRunPage, type AgentRunTimeline } from '../agents/agent-run-pages.js';
import { AgentRunsService } from '../agents/agent-runs.service.js';
import { type Actor } from '../audit/actor.js';
import { AuditService } from '../audit/audit.service.js';
import { PlaneConnections } from '../config/plane-connections.js';
import { InstallationsService } from '../installations/installations.service.js';
import { ChangeLock } from './change-lock.service.js';
import { unknownName, type UnknownName } from './delivery-search.service.js';

/** A filter as an operator writes it: the workspace by slug or id, `cloud/acme` where the connection is to be named too. */
export interface AgentRunFilterInput extends Omit<AgentRunFilter, 'workspaceId' | 'connectionId'> {
  /** The id of a connection. */
  readonly connection?: string;
  readonly workspace?: string;
}

/** Operations on runs of agents; what changes something, and each read of what people wrote, is audited. */
@Injectable()
export class AgentOperations {
  constructor(
    private readonly audit: AuditService,
    private readonly runs: AgentRunsService,
    private readonly installations: InstallationsService,
    private readonly connections: PlaneConnections,
    private readonly lock: ChangeLock,
  ) {}

  /** A page of runs, newest first; empty where the workspace or the connection is unknown. */
  async list(
    { connection, workspace, ...rest }: AgentRunFilterInput,
    page: { readonly limit: number; readonly before?: string },
  ): Promise<AgentRunPage & { readonly unknown: readonly UnknownName[] }> {
    const of = workspace === undefined ? {} : await this.workspaceIn(workspace);
    if (of.connectionId !== undefined && connection !== undefined && of.connectionId !== connection)
      return { runs: [], unknown: [] };
    const filter = { ...rest, ...of, ...(connection !== undefined && { connectionId: connection }) };
    const found = await this.runs.page(filter, page);
    if (found.runs.length > 0 || (workspace ?? connection) === undefined) return { ...found, unknown: [] };
    const all = await this.installations.all();
    const unknown: UnknownName[] = [];
    if (workspace !== undefined && !all.some((each) => each.workspaceId === filter.workspaceId))
      unknown.push(
        unknownName(
          'workspace',
          workspace,
          all.map(({ workspaceSlug }) => workspaceSlug),
        ),
      );
    const known = [...this.connections.all.map(({ id }) => id), ...all.map(({ connectionId }) => connectionId)];
    if (connection !== undefined && !known.includes(connection))
      unknown.push(unknownName('connection', connection, known));
    return { ...found, unknown };
  }

  /** By `cloud/acme` that of the connection, by `acme` that of all. */
  private async workspaceIn(workspace: string): Promise<Pick<AgentRunFilter, 'connectionId' | 'workspaceId'>> {
    const found = await this.installations.findBySlugOrId(workspace);
    if (!found) return { workspaceId: workspace };
    const { connectionId, workspaceId } = found;
    return workspace.startsWith(`${connectionId}/`) ? { connectionId, workspaceId } : { workspaceId };
  }

  /** A run with what people and the agent wrote. @throws {DomainError} `agent_run_unknown` */
  async read(by: Actor, id: string): Promise<AgentRunTimeline> {
    return this.audit.audited({ by, action: 'agent_run.read', target: targetOf(id) }, () => this.runs.timeline(id));
  }

  /**
   * Stops a run as its user's stop does: what waits ends, what runs is aborted, and the agent's last word is posted.
   * Resolves with the number of turns.
   *
   * @throws {DomainError} `agent_run_unknown`, `agent_run_ended`
   */
  async stop(by: Actor, id: string): Promise<number> {
    return this.lock.run({
      resource: targetOf(id),
      precondition: undefined,
      change: async (transaction) =>
        this.audit.audited(
          { by, action: 'agent_run.stop', target: targetOf(id) },
          () => this.runs.stop(id, transaction),
          (turns) => ({ turns }),
          transaction,
        ),
    });
  }

  /**
   * Runs the agent again on the last turn of a run, which has failed.
   *
   * @throws {DomainError} `agent_run_unknown`, `agent_turn_not_failed`, `handler_unknown`
   */
  async retry(by: Actor, id: string): Promise<void> {
    await this.lock.run({
      resource: targetOf(id),
      precondition: undefined,
      change: async (transaction) =>
        this.audit.audited(
          { by, action: 'agent_run.retry', target: targetOf(id) },
          () => this.runs.retry(id, transaction),
          undefined,
          transaction,
        ),
    });
  }
}

function targetOf(id: string): string {
  return `agent_run/${id}`;
}
