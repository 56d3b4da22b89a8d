import { Get, Query, Req, Res } from '@nestjs/common';
import { type FastifyReply } from 'fastify';
import { RUN_STATES } from '../../agents/agent-run-pages.js';
import { PlaneConnections } from '../../config/plane-connections.js';
import { type OperatorRequest } from '../../identity/current-operator.decorator.js';
import { InstallationsService } from '../../installations/installations.service.js';
import { AgentOperations } from '../../operations/agent.operations.js';
import { ConsolePage } from '../frame/console-page.js';
import { ConsoleRoutes } from '../frame/console-routes.decorator.js';
import { LiveStreamsService } from '../live/live-streams.service.js';
import { choiceIn, givenOf, type RawQuery, textIn } from '../parts/query.js';
import { type AgentRunList, agentsView, installationKey, rowIdOf, runRowView } from './agents.view.js';

const PAGE_SIZE = 25;
/** The parameters of the list, as its form and links name them. */
const PARAMETERS = ['search', 'state', 'connection', 'workspace', 'handler', 'before'];

/** `/console/agents`: the list. */
@ConsoleRoutes('/agents', 'viewer')
export class AgentsController {
  constructor(
    private readonly operations: AgentOperations,
    private readonly installations: InstallationsService,
    private readonly connections: PlaneConnections,
    private readonly streams: LiveStreamsService,
  ) {}

  @Get()
  async list(@Query() query: RawQuery): Promise<ConsolePage> {
    return new ConsolePage('agents', 'Agents', agentsView(await this.read(query)));
  }

  /** New and changed rows (server-sent events). */
  @Get('live')
  async live(@Query() query: RawQuery, @Req() request: OperatorRequest, @Res() reply: FastifyReply): Promise<void> {
    const { before: _, ...firstPage } = query;
    await this.streams.open(request, reply, async () => {
      const list = await this.read(firstPage);
      return list.runs.map((run) => ({
        id: rowIdOf(run),
        version: JSON.stringify(run),
        html: runRowView(run, list),
      }));
    });
  }

  private async read(query: RawQuery): Promise<AgentRunList> {
    const { value: state, unknown } = choiceIn(query, 'state', RUN_STATES);
    const filter = {
      state,
      connection: textIn(query, 'connection'),
      workspace: textIn(query, 'workspace'),
      handler: textIn(query, 'handler'),
      search: textIn(query, 'search'),
    };
    const page = { limit: PAGE_SIZE, before: textIn(query, 'before') };
    const [found, installations] = await Promise.all([this.operations.list(filter, page), this.installations.all()]);
    return {
      // Without the unknown state the filter would match too much.
      ...(unknown.length > 0 ? { runs: [] } : found),
      given: givenOf(query, PARAMETERS),
      unknown: [...unknown, ...found.unknown],
      workspaces: new Map(installations.map((each) => [installationKey(each), each.workspaceSlug])),
      connections: this.connections.all.map(({ id }) => id),
      now: new Date(),
    };
  }
}
