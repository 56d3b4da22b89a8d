import { Injectable } from '@nestjs/common';
import { InstallationsService } from '../../installations/installations.service.js';
import { unknownWorkspace } from '../../webhooks/workspace-secrets/workspace-secret.errors.js';
import { WorkspaceSecretsService } from '../../webhooks/workspace-secrets/workspace-secrets.service.js';
import { WorkspaceSecretDto, type WorkspaceSecretsDto } from './webhook-secret.dto.js';

/** Reads a workspace's webhook secrets as the API tells them. */
@Injectable()
export class WorkspaceSecretReadsService {
  constructor(
    private readonly secrets: WorkspaceSecretsService,
    private readonly installations: InstallationsService,
  ) {}

  /** Its secrets, none of them too. @throws {DomainError} `workspace_unknown` */
  async of(workspace: string): Promise<WorkspaceSecretsDto> {
    const known = await this.installations.findBySlugOrId(workspace);
    if (!known) throw unknownWorkspace(workspace);
    const { workspaceId, workspaceSlug } = known;
    const own = (await this.secrets.list()).filter((secret) => secret.workspaceId === workspaceId);
    return { workspace: workspaceSlug, workspaceId, secrets: own.map(WorkspaceSecretDto.of) };
  }
}
