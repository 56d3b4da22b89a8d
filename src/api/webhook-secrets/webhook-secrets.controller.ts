import { Body, Delete, Get, Param, Put, Query, Req, Res } from '@nestjs/common';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { Secret } from '../../common/secret.js';
import { CurrentOperator } from '../../identity/current-operator.decorator.js';
import { actorOf, type Operator } from '../../identity/operator.js';
import {
  noWorkspaceSecret,
  unknownWorkspace,
  workspaceSecretInUse,
} from '../../webhooks/workspace-secrets/workspace-secret.errors.js';
import {
  type ListedSecret,
  WorkspaceSecretsService,
} from '../../webhooks/workspace-secrets/workspace-secrets.service.js';
import { WebhookSecretOperations } from '../../operations/webhook-secret.operations.js';
import { ApiController, ApiId } from '../http/api-controller.decorator.js';
import { type Page, pageOf } from '../http/cursor.js';
import { requiredMatch, sendVersioned } from '../http/etag.js';
import { ListQuery, pageDto } from '../http/page.dto.js';
import { Route } from '../http/route.decorator.js';
import { toDto } from '../http/to-dto.js';
import { RemoveSecretQuery, SetSecretDto, WebhookSecretDto, WorkspaceSecretsDto } from './webhook-secret.dto.js';

const WorkspaceId = ApiId(
  'The slug or the id of the workspace, after its connection and a slash where there are several',
  'acme',
  'workspace',
);
const UNKNOWN_WORKSPACE = unknownWorkspace('acme');

/** Webhook secrets of workspaces: fingerprints, never values. */
@ApiController('webhook-secrets')
export class WebhookSecretsController {
  constructor(
    private readonly secrets: WorkspaceSecretsService,
    private readonly operations: WebhookSecretOperations,
  ) {}

  @Get()
  @Route({
    id: 'listWebhookSecrets',
    role: 'viewer',
    summary: 'List the webhook secrets of all workspaces',
    query: true,
    response: pageDto('WebhookSecretsPage', WebhookSecretDto),
  })
  async list(@Query() query: ListQuery): Promise<Page<WebhookSecretDto>> {
    const all = await this.secrets.list();
    const keyOf = ({ connection, workspaceId, fingerprint }: ListedSecret): string =>
      `${connection} ${workspaceId} ${fingerprint}`;
    return pageOf(all, query, keyOf, (secret) => toDto(WebhookSecretDto, secret));
  }

  @Get(':workspace')
  @WorkspaceId
  @Route({
    id: 'getWebhookSecrets',
    role: 'viewer',
    summary: 'Get the webhook secrets of one workspace',
    version: 'read',
    response: WorkspaceSecretsDto,
    errors: [UNKNOWN_WORKSPACE],
  })
  async get(
    @Param('workspace') workspace: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    sendVersioned(request, reply, await this.secretsOf(workspace));
  }

  @Put(':workspace')
  @WorkspaceId
  @Route({
    id: 'setWebhookSecret',
    role: 'admin',
    summary: "Set a workspace's webhook secret",
    description:
      'Effective in all processes within 5 s. The previous secret stays valid until it is removed or a new one is set; one that verified a webhook within the last day is deleted only with `force`.',
    version: 'changed',
    response: WorkspaceSecretsDto,
    errors: [UNKNOWN_WORKSPACE, workspaceSecretInUse('1f2e3d4c5b6a')],
  })
  async set(
    @CurrentOperator() operator: Operator,
    @Param('workspace') workspace: string,
    @Body() { secret, force }: SetSecretDto,
    @Req() request: FastifyRequest,
  ): Promise<WorkspaceSecretsDto> {
    const expected = requiredMatch(request, () => this.secretsOf(workspace));
    await this.operations.set(actorOf(operator), workspace, new Secret(secret), force, expected);
    return this.secretsOf(workspace);
  }

  @Delete(':workspace')
  @WorkspaceId
  @Route({
    id: 'removeWebhookSecret',
    role: 'admin',
    summary: "Remove a workspace's webhook secrets, or only the previous one",
    description:
      'A workspace without secrets is verified by the app secrets (`PLANE_WEBHOOK_SECRETS`). A secret that verified a webhook within the last day is deleted only with `force`.',
    query: true,
    version: 'changed',
    errors: [UNKNOWN_WORKSPACE, noWorkspaceSecret('acme', true), workspaceSecretInUse('1f2e3d4c5b6a')],
  })
  async remove(
    @CurrentOperator() operator: Operator,
    @Param('workspace') workspace: string,
    @Query() { previous, force }: RemoveSecretQuery,
    @Req() request: FastifyRequest,
  ): Promise<void> {
    const expected = requiredMatch(request, () => this.secretsOf(workspace));
    await this.operations.remove(actorOf(operator), workspace, { previousAlone: previous, force }, expected);
  }

  private async secretsOf(workspace: string): Promise<WorkspaceSecretsDto> {
    return WorkspaceSecretsDto.of(await this.operations.of(workspace));
  }
}
