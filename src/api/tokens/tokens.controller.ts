import { Delete, Get, Param, Post, Query, Req, Res } from '@nestjs/common';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { PlaneConnections } from '../../config/plane-connections.js';
import { CurrentOperator } from '../../identity/current-operator.decorator.js';
import { actorOf, type Operator } from '../../identity/operator.js';
import { TokenAdminService } from '../../tokens/token-admin.service.js';
import { botTokenKept, refreshInProgress, unknownToken, revokedToken } from '../../tokens/tokens.errors.js';
import { TokenOperations } from '../../operations/token.operations.js';
import { requireConnection } from '../http/api.errors.js';
import { ApiController, ApiId } from '../http/api-controller.decorator.js';
import { type Page, pageOf } from '../http/cursor.js';
import { requiredMatch, sendVersioned } from '../http/etag.js';
import { pageDto } from '../http/page.dto.js';
import { Route } from '../http/route.decorator.js';
import { TokenDto, TokensQuery } from './token.dto.js';

const ID = '5b0d3f0e-6f0c-5d3a-9d55-2f7d7c0b1a10';
const TokenId = ApiId('The id of the token', ID);

/** The app's tokens at Plane, without their values. */
@ApiController('tokens')
export class TokensController {
  constructor(
    private readonly tokens: TokenAdminService,
    private readonly operations: TokenOperations,
    private readonly connections: PlaneConnections,
  ) {}

  @Get()
  @Route({
    id: 'listTokens',
    role: 'viewer',
    summary: 'List the tokens, soonest expiry first',
    query: true,
    response: pageDto('TokensPage', TokenDto),
  })
  async list(@Query() { connection, ...query }: TokensQuery): Promise<Page<TokenDto>> {
    const found = await this.tokens.list(undefined, { connection });
    requireConnection(connection, this.connections, found);
    return pageOf(found, query, ({ id }) => id, TokenDto.of);
  }

  @Get(':id')
  @TokenId
  @Route({
    id: 'getToken',
    role: 'viewer',
    summary: 'Get one token',
    version: 'read',
    response: TokenDto,
    errors: [unknownToken(ID)],
  })
  async get(@Param('id') id: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    sendVersioned(request, reply, await this.toDto(id));
  }

  @Post(':id/refresh')
  @TokenId
  @Route({
    id: 'refreshToken',
    role: 'operator',
    summary: 'Refresh a token now',
    description:
      'Works for tokens whose refreshes failed and for tokens that need consent, too. Responds with the refreshed token.',
    idempotent: true,
    response: TokenDto,
    errors: [unknownToken(ID), revokedToken(ID), refreshInProgress(ID)],
  })
  async refresh(@CurrentOperator() operator: Operator, @Param('id') id: string): Promise<TokenDto> {
    await this.operations.refresh(actorOf(operator), id);
    return this.toDto(id);
  }

  @Delete(':id')
  @TokenId
  @Route({
    id: 'revokeToken',
    role: 'admin',
    summary: "Revoke a person's token",
    description:
      'Deletes its secrets, and revokes them at Plane; whether Plane did is in the audit log. The app cannot act for this person until they consent again.',
    version: 'changed',
    errors: [unknownToken(ID), botTokenKept(ID), revokedToken(ID)],
  })
  async revoke(
    @CurrentOperator() operator: Operator,
    @Param('id') id: string,
    @Req() request: FastifyRequest,
  ): Promise<void> {
    await this.operations.revoke(
      actorOf(operator),
      id,
      requiredMatch(request, () => this.toDto(id)),
    );
  }

  private async toDto(id: string): Promise<TokenDto> {
    return TokenDto.of(await this.tokens.require(id));
  }
}
