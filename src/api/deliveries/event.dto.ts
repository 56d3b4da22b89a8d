import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { DateTimeProperty } from '../http/parameters.decorator.js';

const FREE = { type: 'object', additionalProperties: true } as const;

/** The event that handlers get, without `raw`. */
export class EventDto {
  @ApiProperty({
    description: 'Stable across retries; idempotency key of handlers',
    example: '9c1f6b7e-2a3d-4c5e-8f90-a1b2c3d4e5f6',
  })
  id!: string;

  @ApiProperty({ example: 'workitem.updated' })
  name!: string;

  @ApiProperty({ example: 'updated' })
  action!: string;

  @ApiProperty({ example: '3f2b8d1c-6a4e-4d0b-9b1e-5c7a9e2f4b60' })
  workspaceId!: string;

  @ApiPropertyOptional({ example: '2c3d4e5f-6a7b-4c8d-9e0f-1a2b3c4d5e6f' })
  projectId?: string;

  @ApiProperty({ example: '7d0e2f4a-6b8c-4d1e-9f3a-5b7c9d1e3f50' })
  entityId!: string;

  @ApiProperty({ example: 'issue' })
  entityType!: string;

  @ApiProperty({ ...FREE, description: 'The entity as Plane sent it', example: { name: 'Broken link' } })
  data!: object;

  @ApiProperty({
    ...FREE,
    description: 'Changed fields: old and, where known, new',
    example: { priority: { old: 'low', new: 'high' } },
  })
  changes!: object;

  @ApiPropertyOptional({
    ...FREE,
    description: 'Who did it',
    example: { id: '5e0a7c1b-2d3f-4a6b-8c9d-0e1f2a3b4c5d' },
  })
  actor?: object;

  @ApiProperty({ example: 'v2' })
  source!: string;

  @ApiPropertyOptional({
    ...FREE,
    example: { id: '7d0e2f4a-6b8c-4d1e-9f3a-5b7c9d1e3f50', name: 'Broken link' },
  })
  workItem?: object;

  @ApiPropertyOptional(FREE)
  comment?: object;

  @ApiPropertyOptional(FREE)
  agentRun?: object;

  @ApiPropertyOptional(FREE)
  prompt?: object;

  @DateTimeProperty({ description: 'When it was received' })
  receivedAt!: string;
}
