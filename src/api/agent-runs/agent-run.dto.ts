import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { type AgentRunSummary, RUN_STATES } from '../../agents/agent-run-pages.js';
import { type Installation } from '../../installations/installation.js';
import { ListQuery } from '../http/page.dto.js';
import { DateTimeProperty, OptionalChoice, OptionalText } from '../http/parameters.decorator.js';
import { type SourceOf, toDto } from '../http/to-dto.js';

const RUN_ID = '5f0c1b2a-7d3e-4c6f-8a9b-0c1d2e3f4a5b';
const WORKSPACE_ID = '3f2b8d1c-6a4e-4d0b-9b1e-5c7a9e2f4b60';
const id = (description: string, example: string): PropertyDecorator => ApiPropertyOptional({ description, example });
const time = (description: string): PropertyDecorator =>
  ApiPropertyOptional({ description, format: 'date-time', example: '2026-01-31T09:00:00.000Z' });

/** A page of the filtered runs of agents. */
export class AgentRunsQuery extends ListQuery {
  @OptionalChoice(RUN_STATES, {
    description: 'That of the open turns, otherwise how the last turn was closed',
    example: 'running',
  })
  state?: (typeof RUN_STATES)[number];

  @OptionalText({ description: 'Id of the connection to Plane', example: 'cloud' })
  connection?: string;

  @OptionalText({ description: 'Slug or id of the workspace, also `cloud/acme`', example: 'acme' })
  workspace?: string;

  @OptionalText({ description: 'The agent of one of its turns', example: 'HelperAgent.answer' })
  handler?: string;

  @OptionalText({
    description:
      'A complete id of the run, its work item, a prompt or a delivery, or the reference that the user read when the turn failed',
    example: RUN_ID,
  })
  search?: string;
}

/** A run of an agent. */
export class AgentRunDto {
  @ApiProperty({ format: 'uuid', description: "Hangar's id", example: '0197b6a2-3c00-7d1e-9b2f-4a6c8e0f2d41' })
  id!: string;

  @ApiProperty({ description: "Plane's id of the run", example: RUN_ID })
  runId!: string;

  @ApiProperty({ description: 'Id of the connection to Plane that it came by', example: 'cloud' })
  connection!: string;

  @ApiProperty({ description: "Plane's id of the workspace", example: WORKSPACE_ID })
  workspaceId!: string;

  @ApiPropertyOptional({ description: 'Where the app is installed now', example: 'acme' })
  workspace?: string;

  @ApiProperty({
    enum: RUN_STATES,
    description: 'That of the open turns, otherwise how the last turn was closed; `awaiting` an answer of the user',
    example: 'running',
  })
  state!: string;

  @ApiProperty({ description: "Plane's status, as last known", example: 'in_progress' })
  status!: string;

  @ApiProperty({ description: 'An open turn is to be stopped', example: false })
  stopping!: boolean;

  @id('The agent of the last turn', 'HelperAgent.answer')
  handler?: string;

  @ApiProperty({ type: 'integer', description: 'Number of turns: one for each prompt', example: 1 })
  turnCount!: number;

  @id("Plane's id of the work item", 'a1b2c3d4-5e6f-4a7b-8c9d-0e1f2a3b4c5d')
  workItemId?: string;

  @id("Plane's id of the project", 'b2c3d4e5-6f7a-4b8c-9d0e-1f2a3b4c5d6e')
  projectId?: string;

  @id("Plane's id of the user who mentioned the app", 'c3d4e5f6-7a8b-4c9d-8e0f-1a2b3c4d5e6f')
  creatorId?: string;

  @time('When Hangar posted the last activity')
  lastActivityAt?: string;

  @DateTimeProperty({ description: 'When its first webhook was received' })
  createdAt!: string;

  @time('When its last turn was closed; absent while one is open')
  endedAt?: string;

  /** Converts a run. @param installation of the run, if any */
  static of(this: void, run: AgentRunSummary, installation: Installation | undefined): AgentRunDto {
    return toDto(AgentRunDto, sourceOf(run, installation));
  }
}

/** What a DTO of a run is made of. */
export function sourceOf(run: AgentRunSummary, installation: Installation | undefined): SourceOf<AgentRunDto> {
  const workspace = installation?.status === 'installed' ? installation.workspaceSlug : undefined;
  return { ...run, connection: run.connectionId, workspace };
}

/** What a stop did. */
export class StoppedAgentRunDto {
  @ApiProperty({ type: 'integer', description: 'Number of turns that are stopped', example: 1 })
  turns!: number;
}
