import { Get, Param, Post, Query } from '@nestjs/common';
import { validate as isUuid } from 'uuid';
import { runEnded, runUnknown, turnNotFailed } from '../../agents/agent.errors.js';
import { type AgentRunSummary } from '../../agents/agent-run-pages.js';
import { AgentRunsService } from '../../agents/agent-runs.service.js';
import { AuditedRead } from '../../identity/access/audited-read.decorator.js';
import { CurrentOperator } from '../../identity/current-operator.decorator.js';
import { includesRole } from '../../identity/operator-role.js';
import { actorOf, type Operator } from '../../identity/operator.js';
import { type Installation } from '../../installations/installation.js';
import { InstallationsService } from '../../installations/installations.service.js';
import { AgentOperations } from '../../operations/agent.operations.js';
import { unknownHandler } from '../../webhooks/discovery/handler.errors.js';
import { requireKnown } from '../http/api.errors.js';
import { ApiController, ApiId } from '../http/api-controller.decorator.js';
import { cursorOf, type Page, positionOf } from '../http/cursor.js';
import { pageDto } from '../http/page.dto.js';
import { Route } from '../http/route.decorator.js';
import { AgentRunDto, AgentRunsQuery, StoppedAgentRunDto } from './agent-run.dto.js';
import { AgentRunTimelineDto } from './agent-timeline.dto.js';

const ID = '0197b6a2-3c00-7d1e-9b2f-4a6c8e0f2d41';
const AgentRunId = ApiId("Hangar's id of the run", ID);

/** The runs of the app's agent. */
@ApiController('agent-runs')
export class AgentRunsController {
  constructor(
    private readonly operations: AgentOperations,
    private readonly runs: AgentRunsService,
    private readonly installations: InstallationsService,
  ) {}

  @Get()
  @Route({
    id: 'listAgentRuns',
    role: 'viewer',
    summary: 'List the runs of the agent, newest first',
    query: true,
    response: pageDto('AgentRunsPage', AgentRunDto),
  })
  async list(@Query() { limit, cursor, ...filter }: AgentRunsQuery): Promise<Page<AgentRunDto>> {
    const before = positionOf(cursor, isUuid);
    const { runs, next, unknown } = await this.operations.list(filter, { limit, before });
    requireKnown(unknown);
    return {
      items: await Promise.all(runs.map(async (run) => AgentRunDto.of(run, await this.installationOf(run)))),
      ...(next !== undefined && { next: cursorOf(next) }),
    };
  }

  @Get(':id')
  @AuditedRead()
  @AgentRunId
  @Route({
    id: 'getAgentRun',
    role: 'viewer',
    summary: 'Get one run with its turns and activities',
    description:
      'For operators and admins with what the user and the agent wrote. Their requests are audited as reads of it.',
    response: AgentRunTimelineDto,
    errors: [runUnknown(ID)],
  })
  async get(@CurrentOperator() operator: Operator, @Param('id') id: string): Promise<AgentRunTimelineDto> {
    const mayRead = operator.role !== undefined && includesRole(operator.role, 'operator');
    const run = await (mayRead ? this.operations.read(actorOf(operator), id) : this.runs.timeline(id));
    return AgentRunTimelineDto.from(run, await this.installationOf(run), mayRead);
  }

  @Post(':id/stop')
  @AgentRunId
  @Route({
    id: 'stopAgentRun',
    role: 'operator',
    summary: 'Stop a run, as its user can',
    description:
      "Turns that wait end at once; the agent's method is aborted where it runs, and has a few seconds for a last word. The user's next message starts a new turn.",
    idempotent: true,
    response: StoppedAgentRunDto,
    errors: [runUnknown(ID), runEnded(ID)],
  })
  async stop(@CurrentOperator() operator: Operator, @Param('id') id: string): Promise<StoppedAgentRunDto> {
    return { turns: await this.operations.stop(actorOf(operator), id) };
  }

  @Post(':id/retry')
  @AgentRunId
  @Route({
    id: 'retryAgentRun',
    role: 'operator',
    summary: 'Run the agent again on the last turn, which has failed',
    description: 'With a full set of attempts, and the state that it saved. The run is not acknowledged again.',
    idempotent: true,
    errors: [
      runUnknown(ID),
      turnNotFailed(ID, 'completed'),
      unknownHandler('HelperAgent.anwser', ['HelperAgent.answer']),
    ],
  })
  async retry(@CurrentOperator() operator: Operator, @Param('id') id: string): Promise<void> {
    await this.operations.retry(actorOf(operator), id);
  }

  private async installationOf({ workspaceId, connectionId }: AgentRunSummary): Promise<Installation | undefined> {
    return this.installations.findByWorkspace(workspaceId, connectionId);
  }
}
