import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { type ListedToken } from '../../tokens/token-admin.service.js';
import { ListQuery } from '../http/page.dto.js';
import { ConnectionProperty, DateTimeProperty, OptionalConnection } from '../http/parameters.decorator.js';
import { toDto } from '../http/to-dto.js';

/** A page of the tokens, of all connections or of one. */
export class TokensQuery extends ListQuery {
  @OptionalConnection()
  connection?: string;
}

/** A token without its value. */
export class TokenDto {
  @ApiProperty({ format: 'uuid', example: '5b0d3f0e-6f0c-5d3a-9d55-2f7d7c0b1a10' })
  id!: string;

  @ConnectionProperty()
  connection!: string;

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

  /** Converts a token. */
  static of(this: void, token: ListedToken): TokenDto {
    return toDto(TokenDto, { ...token, connection: token.connectionId });
  }
}
