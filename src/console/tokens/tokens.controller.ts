import { Get, Param, Post, Query } from '@nestjs/common';
import { PlaneConnections } from '../../config/plane-connections.js';
import { CurrentOperator } from '../../identity/current-operator.decorator.js';
import { actorOf, type Operator } from '../../identity/operator.js';
import { RequiresRole } from '../../identity/requires-role.decorator.js';
import { NO_OAUTH } from '../../plane/plane.error.js';
import { TOKEN_STATES } from '../../tokens/token.js';
import { revokedText } from '../../tokens/token-revocations.service.js';
import { TokenAdminService } from '../../tokens/token-admin.service.js';
import { TokenOperations } from '../../operations/token.operations.js';
import { ConsolePage, SeeOther } from '../frame/console-page.js';
import { ConsoleRoutes } from '../frame/console-routes.decorator.js';
import { choiceIn, type RawQuery } from '../parts/query.js';
import { revokeView, tokensView } from './tokens.view.js';

/** The page shows no more; CLI and API list all tokens. */
const MAX_TOKENS = 200;

/** `/console/tokens`: the tokens, and refreshing and revoking them. */
@ConsoleRoutes('/tokens', 'viewer')
export class TokensController {
  private readonly note: string | undefined;

  constructor(
    private readonly tokens: TokenAdminService,
    private readonly operations: TokenOperations,
    private readonly connections: PlaneConnections,
  ) {
    this.note = connections.withApps.length === 0 ? NO_OAUTH : undefined;
  }

  @Get()
  async list(@Query() query: RawQuery, @CurrentOperator() operator: Operator): Promise<ConsolePage> {
    const { value: state, unknown } = choiceIn(query, 'state', TOKEN_STATES);
    const { ids: connectionIds } = this.connections;
    const { value: connection, unknown: others } = choiceIn(query, 'connection', connectionIds);
    unknown.push(...others);
    const tokens = unknown.length > 0 ? [] : await this.tokens.list(MAX_TOKENS, { state, connection });
    const more = tokens.length === MAX_TOKENS;
    const shown = { tokens, more, state, connection, connectionIds, unknown, note: this.note };
    return new ConsolePage('tokens', 'Tokens', tokensView(shown, operator));
  }

  @Post(':id/refresh')
  @RequiresRole('operator')
  async refresh(@Param('id') id: string, @CurrentOperator() operator: Operator): Promise<SeeOther> {
    await this.operations.refresh(actorOf(operator), id);
    return SeeOther.done('/console/tokens', 'The token was refreshed.');
  }

  /** Asks for confirmation. */
  @Get(':id/revoke')
  @RequiresRole('admin')
  async ask(@Param('id') id: string, @CurrentOperator() operator: Operator): Promise<ConsolePage> {
    const token = await this.tokens.require(id);
    return new ConsolePage('tokens', 'Revoke a token', revokeView(token, operator));
  }

  @Post(':id/revoke')
  @RequiresRole('admin')
  async revoke(@Param('id') id: string, @CurrentOperator() operator: Operator): Promise<SeeOther> {
    const atPlane = await this.operations.revoke(actorOf(operator), id);
    return SeeOther.done('/console/tokens', `The token was revoked. ${revokedText(atPlane)}`);
  }
}
