import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { type ListedToken } from '../../tokens/token-admin.service.js';
import { DateTimeProperty } from '../http/parameters.decorator.js';

/** How a token stands; never a value of it. */
export class TokenDto {
  @ApiProperty({ format: 'uuid', example: '5b0d3f0e-6f0c-5d3a-9d55-2f7d7c0b1a10' })
  id!: string;

  @ApiProperty({
    enum: ['bot', 'user'],
    description: 'Whose it is: the app’s in a workspace, or a person’s',
    example: 'bot',
  })
  kind!: string;

  @ApiProperty({ description: "The slug of a bot's workspace; a person's id in Plane", example: 'acme' })
  owner!: string;

  @ApiProperty({
    enum: ['live', 'needs_consent', 'revoked'],
    description: '`needs_consent`: only the person can bring it back; `revoked`: its secrets are wiped',
    example: 'live',
  })
  state!: string;

  @DateTimeProperty({ description: 'Plane takes it until then' })
  expiresAt!: string;

  @DateTimeProperty({ description: 'It is renewed then' })
  dueAt!: string;

  @ApiProperty({ type: 'integer', description: 'Failed renewals in a row', example: 0 })
  failures!: number;

  @ApiPropertyOptional({ description: 'Why the last renewal failed', example: 'Plane answered 503' })
  lastError?: string;

  /** Tells a token. */
  static of(
    this: void,
    { id, kind, owner, state, expiresAt, dueAt, failures, lastError }: ListedToken,
  ): TokenDto {
    return {
      id,
      kind,
      owner,
      state,
      expiresAt: expiresAt.toISOString(),
      dueAt: dueAt.toISOString(),
      failures,
      ...(lastError !== null && { lastError }),
    };
  }
}
