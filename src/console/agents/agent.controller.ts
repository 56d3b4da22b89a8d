import { Get, Param, Post, Req, Res } from '@nestjs/common';
import { type FastifyReply } from 'fastify';
import { AgentRunsService } from '../../agents/agent-runs.service.js';
import { AuditedRead } from '../../identity/access/audited-read.decorator.js';
import { CurrentOperator, type OperatorRequest } from '../../identity/current-operator.decorator.js';
import { actorOf, type Operator } from '../../identity/operator.js';
import { RequiresRole } from '../../identity/requires-role.decorator.js';
import { InstallationsService } from '../../installations/installations.service.js';
import { AgentOperations } from '../../operations/agent.operations.js';
import { ConsolePage, SeeOther } from '../frame/console-page.js';
import { ConsoleRoutes } from '../frame/console-routes.decorator.js';
import { LiveStreamsService } from '../live/live-streams.service.js';
import { countText } from '../parts/format.js';
import { agentView, conversationView, TIMELINE_ID, timelineView } from './agent.view.js';

/** `/console/agents/<id>`: one run of the agent. */
@ConsoleRoutes('/agents/:id', 'viewer')
export class AgentController {
  constructor(
    private readonly runs: AgentRunsService,
    private readonly operations: AgentOperations,
    private readonly installations: InstallationsService,
    private readonly streams: LiveStreamsService,
  ) {}

  @Get()
  async show(@Param('id') id: string, @CurrentOperator() operator: Operator): Promise<ConsolePage> {
    const run = await this.runs.timeline(id);
    const installation = await this.installations.findByWorkspace(run.workspaceId, run.connectionId);
    const view = agentView({ run, workspace: installation?.workspaceSlug }, operator);
    return new ConsolePage('agents', `Run ${run.runId}`, view);
  }

  /** Changes of the turns (server-sent events). */
  @Get('live')
  async live(
    @Param('id') id: string,
    @CurrentOperator() operator: Operator,
    @Req() request: OperatorRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.streams.open(request, reply, async () => {
      const run = await this.runs.timeline(id);
      return [{ id: TIMELINE_ID, version: JSON.stringify(run), html: timelineView(run, operator) }];
    });
  }

  /** What people and the agent wrote: the read is audited. */
  @Get('conversation')
  @AuditedRead()
  @RequiresRole('operator')
  async conversation(@Param('id') id: string, @CurrentOperator() operator: Operator): Promise<ConsolePage> {
    const run = await this.operations.read(actorOf(operator), id);
    return new ConsolePage('agents', `Conversation of run ${run.runId}`, conversationView(run));
  }

  @Post('stop')
  @RequiresRole('operator')
  async stop(@Param('id') id: string, @CurrentOperator() operator: Operator): Promise<SeeOther> {
    const turns = await this.operations.stop(actorOf(operator), id);
    return SeeOther.done(`/console/agents/${id}`, `${countText(turns, 'turn is', 'turns are')} being stopped.`);
  }

  @Post('retry')
  @RequiresRole('operator')
  async retry(@Param('id') id: string, @CurrentOperator() operator: Operator): Promise<SeeOther> {
    await this.operations.retry(actorOf(operator), id);
    return SeeOther.done(`/console/agents/${id}`, 'The last turn runs again; the result appears below.');
  }
}
