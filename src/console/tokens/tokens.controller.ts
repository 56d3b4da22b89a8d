import { Get, Param, Post, Query } from '@nestjs/common';
import { CurrentOperator } from '../../identity/current-operator.decorator.js';
import { actorOf, type Operator } from '../../identity/operator.js';
import { RequiresRole } from '../../identity/requires-role.decorator.js';
import { TOKEN_STATES } from '../../tokens/token.js';
import { TokenAdminService } from '../../tokens/token-admin.service.js';
import { TokenOperations } from '../../operations/token.operations.js';
import { ConsolePage } from '../frame/console-page.js';
import { ConsoleRoutes } from '../frame/console-routes.decorator.js';
import { SeeOther } from '../frame/see-other.js';
import { type RawQuery, textIn } from '../parts/query.js';
import { revokeView, tokensView } from './tokens.view.js';

/** A page that holds more helps nobody; the command line and the API list all. */
const MAX_TOKENS = 200;

/** `/console/tokens`: how each stands. */
@ConsoleRoutes('/tokens', 'viewer')
export class TokensController {
  constructor(
    private readonly tokens: TokenAdminService,
    private readonly actions: TokenOperations,
  ) {}

  @Get()
  async list(@Query() query: RawQuery, @CurrentOperator() operator: Operator): Promise<ConsolePage> {
    const state = TOKEN_STATES.find((each) => each === textIn(query, 'state'));
    const tokens = await this.tokens.soonest(MAX_TOKENS, state);
    const more = tokens.length === MAX_TOKENS;
    return new ConsolePage('tokens', 'Tokens', tokensView({ tokens, more, state }, operator));
  }

  @Post(':id/refresh')
  @RequiresRole('operator')
  async refresh(@Param('id') id: string, @CurrentOperator() operator: Operator): Promise<SeeOther> {
    await this.actions.refresh(actorOf(operator), id);
    return SeeOther.done('/console/tokens', 'The token was renewed.');
  }

  /** Asks before it is wiped. */
  @Get(':id/revoke')
  @RequiresRole('admin')
  async ask(@Param('id') id: string, @CurrentOperator() operator: Operator): Promise<ConsolePage> {
    const token = await this.tokens.require(id);
    return new ConsolePage('tokens', 'Revoke a token', revokeView(token, operator));
  }

  @Post(':id/revoke')
  @RequiresRole('admin')
  async revoke(@Param('id') id: string, @CurrentOperator() operator: Operator): Promise<SeeOther> {
    await this.actions.revoke(actorOf(operator), id);
    return SeeOther.done('/console/tokens', 'The token was wiped.');
  }
}
