import { Body, Delete, Get, Param, Put, Query, Req, Res } from '@nestjs/common';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { Secret } from '../../common/secret.js';
import { CurrentOperator } from '../../identity/current-operator.decorator.js';
import { actorOf, type Operator } from '../../identity/operator.js';
import {
  noWorkspaceSecret,
  unknownWorkspace,
} from '../../webhooks/workspace-secrets/workspace-secret.errors.js';
import { WorkspaceSecretsService } from '../../webhooks/workspace-secrets/workspace-secrets.service.js';
import { WebhookSecretOperations } from '../../operations/webhook-secret.operations.js';
import { ApiController } from '../http/api-controller.decorator.js';
import { ApiId } from '../http/api-id.decorator.js';
import { mapPage, type Page, pageOf } from '../http/cursor.js';
import { requireMatch, sendVersioned } from '../http/etag.js';
import { ListQuery } from '../http/list.query.js';
import { pageDto } from '../http/page.dto.js';
import { Route } from '../http/route.decorator.js';
import {
  RemoveSecretQuery,
  SetSecretDto,
  WebhookSecretDto,
  WorkspaceSecretsDto,
} from './webhook-secret.dto.js';
import { WorkspaceSecretReadsService } from './workspace-secret-reads.service.js';

const WorkspaceId = ApiId('The slug or the id of the workspace', 'acme', 'workspace');
const NO_WORKSPACE = unknownWorkspace('nowhere');

/** Webhook secrets of single workspaces: fingerprints, never values. */
@ApiController('webhook-secrets')
export class WebhookSecretsController {
  constructor(
    private readonly secrets: WorkspaceSecretsService,
    private readonly reads: WorkspaceSecretReadsService,
    private readonly actions: WebhookSecretOperations,
  ) {}

  @Get()
  @Route({
    id: 'listWebhookSecrets',
    role: 'viewer',
    summary: 'The webhook secrets of single workspaces',
    query: true,
    response: pageDto('WebhookSecretsPage', WebhookSecretDto),
  })
  async list(@Query() query: ListQuery): Promise<Page<WebhookSecretDto>> {
    const all = await this.secrets.list();
    const page = pageOf(all, query, ({ workspaceId, fingerprint }) => `${workspaceId} ${fingerprint}`);
    return mapPage(page, WebhookSecretDto.of);
  }

  @Get(':workspace')
  @WorkspaceId
  @Route({
    id: 'getWebhookSecrets',
    role: 'viewer',
    summary: 'The webhook secrets of one workspace',
    version: 'read',
    response: WorkspaceSecretsDto,
    errors: [NO_WORKSPACE],
  })
  async get(
    @Param('workspace') workspace: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    sendVersioned(request, reply, await this.reads.of(workspace));
  }

  @Put(':workspace')
  @WorkspaceId
  @Route({
    id: 'setWebhookSecret',
    role: 'admin',
    summary: "Set a workspace's webhook secret",
    description:
      'In use everywhere within 5 s. The one before stays good until it is removed or the next is set.',
    version: 'changed',
    response: WorkspaceSecretsDto,
    errors: [NO_WORKSPACE],
  })
  async set(
    @CurrentOperator() operator: Operator,
    @Param('workspace') workspace: string,
    @Body() { secret }: SetSecretDto,
    @Req() request: FastifyRequest,
  ): Promise<WorkspaceSecretsDto> {
    await requireMatch(request, () => this.reads.of(workspace));
    await this.actions.set(actorOf(operator), workspace, new Secret(secret));
    return this.reads.of(workspace);
  }

  @Delete(':workspace')
  @WorkspaceId
  @Route({
    id: 'removeWebhookSecret',
    role: 'admin',
    summary: "Remove a workspace's webhook secrets, or the previous one alone",
    description: 'Where a workspace has none of its own, those of the server count.',
    query: true,
    version: 'changed',
    errors: [NO_WORKSPACE, noWorkspaceSecret('acme', true)],
  })
  async remove(
    @CurrentOperator() operator: Operator,
    @Param('workspace') workspace: string,
    @Query() { previous }: RemoveSecretQuery,
    @Req() request: FastifyRequest,
  ): Promise<void> {
    await requireMatch(request, () => this.reads.of(workspace));
    await this.actions.remove(actorOf(operator), workspace, previous);
  }
}
