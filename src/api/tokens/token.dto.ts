import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { DateTimeProperty } from '../http/parameters.decorator.js';

/** A token without its value. */
export class TokenDto {
  @ApiProperty({ format: 'uuid', example: '5b0d3f0e-6f0c-5d3a-9d55-2f7d7c0b1a10' })
  id!: string;

  @ApiProperty({
    enum: ['bot', 'user'],
    description: '`bot`: of the app in a workspace; `user`: of a person',
    example: 'bot',
  })
  kind!: string;

  @ApiProperty({
    description: "`bot`: the slug of the workspace; `user`: the person's id in Plane",
    example: 'acme',
  })
  owner!: string;

  @ApiProperty({
    enum: ['live', 'needs_consent', 'revoked'],
    description: '`needs_consent`: unusable until the owner consents again; `revoked`: deleted',
    example: 'live',
  })
  state!: string;

  @DateTimeProperty({ description: 'When it expires' })
  expiresAt!: string;

  @DateTimeProperty({ description: 'When it is due for a refresh' })
  dueAt!: string;

  @ApiProperty({ type: 'integer', description: 'Consecutive failed refreshes', example: 0 })
  failures!: number;

  @ApiPropertyOptional({ description: 'Why the last refresh failed', example: 'Plane answered 503' })
  lastError?: string;
}
