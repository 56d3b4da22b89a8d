import { Body, Get, Post, Query } from '@nestjs/common';
import { Secret } from '../../common/secret.js';
import { PlaneConnections } from '../../config/plane-connections.js';
import { CurrentOperator } from '../../identity/current-operator.decorator.js';
import { actorOf, type Operator } from '../../identity/operator.js';
import { RequiresRole } from '../../identity/requires-role.decorator.js';
import { InstallationsService } from '../../installations/installations.service.js';
import { WorkspaceSecretsService } from '../../webhooks/workspace-secrets/workspace-secrets.service.js';
import { WebhookSecretOperations } from '../../operations/webhook-secret.operations.js';
import { ConsolePage, SeeOther } from '../frame/console-page.js';
import { ConsoleRoutes } from '../frame/console-routes.decorator.js';
import { countText } from '../parts/format.js';
import { type RawQuery, textIn } from '../parts/query.js';
import { removeSecretView, webhookSecretsView } from './webhook-secrets.view.js';

const PATH = '/console/webhook-secrets';

/** `/console/webhook-secrets`: the webhook secrets of workspaces. */
@ConsoleRoutes('/webhook-secrets', 'viewer')
export class WebhookSecretsController {
  constructor(
    private readonly connections: PlaneConnections,
    private readonly secrets: WorkspaceSecretsService,
    private readonly installations: InstallationsService,
    private readonly operations: WebhookSecretOperations,
  ) {}

  @Get()
  async list(@CurrentOperator() operator: Operator): Promise<ConsolePage> {
    const [secrets, live] = await Promise.all([this.secrets.list(), this.installations.liveWorkspaces()]);
    const named = secrets.map((each) => ({
      ...each,
      workspace: this.connections.nameOf(each.connection, each.workspace),
    }));
    const workspaces = live.map(({ connectionId, workspaceSlug }) =>
      this.connections.nameOf(connectionId, workspaceSlug),
    );
    const view = webhookSecretsView(named, workspaces, operator);
    return new ConsolePage('webhook-secrets', 'Webhook secrets', view);
  }

  @Post('set')
  @RequiresRole('admin')
  async set(@Body() body: RawQuery, @CurrentOperator() operator: Operator): Promise<SeeOther> {
    const workspace = textIn(body, 'workspace') ?? '';
    const secret = new Secret(textIn(body, 'secret') ?? '');
    const fingerprint = await this.operations.set(
      actorOf(operator),
      workspace,
      secret,
      textIn(body, 'force') === 'yes',
    );
    return SeeOther.done(PATH, `The secret ${fingerprint} of ${workspace} takes effect within 5 s.`);
  }

  /** Asks for confirmation. */
  @Get('remove')
  @RequiresRole('admin')
  ask(@Query() query: RawQuery, @CurrentOperator() operator: Operator): ConsolePage {
    const previous = textIn(query, 'previous') === 'yes';
    const view = removeSecretView(textIn(query, 'workspace') ?? '', previous, operator);
    return new ConsolePage('webhook-secrets', 'Remove webhook secrets', view);
  }

  @Post('remove')
  @RequiresRole('admin')
  async remove(@Body() body: RawQuery, @CurrentOperator() operator: Operator): Promise<SeeOther> {
    const workspace = textIn(body, 'workspace') ?? '';
    const previous = textIn(body, 'previous') === 'yes';
    const choice = { previousAlone: previous, force: textIn(body, 'force') === 'yes' };
    const removed = await this.operations.remove(actorOf(operator), workspace, choice);
    return SeeOther.done(PATH, `${countText(removed, 'secret')} of ${workspace} deleted.`);
  }
}
