import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayNotEmpty, IsUUID } from 'class-validator';
import { type DeadLetter } from '../../queue/dead-letters.service.js';
import { ListQuery } from '../http/page.dto.js';
import { DateTimeProperty, Optional, OptionalBoolean, OptionalText } from '../http/parameters.decorator.js';
import { toDto } from '../http/to-dto.js';

const MAX_IDS = 1000;
const IDS = { message: `must be 1 to ${MAX_IDS} ids of dead letters` };

/** A page of the dead letters of all handlers, or of one. */
export class DeadLettersQuery extends ListQuery {
  @OptionalText({ description: 'Only this handler, or all methods of this class', example: 'PingHandler.pong' })
  handler?: string;
}

/** An event whose handler failed on every attempt. */
export class DeadLetterDto {
  @ApiProperty({ format: 'uuid', example: '0197b6a2-3c00-7d1e-9b2f-4a6c8e0f2d41' })
  id!: string;

  @ApiProperty({ example: 'PingHandler.pong' })
  handler!: string;

  @ApiPropertyOptional({
    description: 'The delivery of the event',
    example: '0197b6a1-9e00-7c3e-8a5e-0d1f3a9b7c21',
  })
  deliveryId?: string;

  @ApiPropertyOptional({ description: 'Why the last attempt failed', example: 'Plane answered 403' })
  error?: string;

  @ApiProperty({
    type: [String],
    description: "The app's own lines in the stack of that error, the one that failed first; at most five",
    example: ['PingHandler.pong (src/ping.handler.ts:12:5)'],
  })
  frames!: readonly string[];

  @DateTimeProperty({ description: 'When the last attempt failed' })
  failedAt!: string;

  /** Converts a dead letter. */
  static of(this: void, letter: DeadLetter): DeadLetterDto {
    const { deliveryId } = letter.data;
    return toDto(DeadLetterDto, { ...letter, deliveryId: typeof deliveryId === 'string' ? deliveryId : null });
  }
}

/** Which dead letters are redriven: exactly one of `ids`, `handler` and `all`. */
export class RedriveDto {
  @ApiPropertyOptional({
    type: [String],
    maxItems: MAX_IDS,
    description: 'Those with these ids',
    example: ['0197b6a2-3c00-7d1e-9b2f-4a6c8e0f2d41'],
  })
  @Optional()
  @ArrayNotEmpty(IDS)
  @ArrayMaxSize(MAX_IDS, IDS)
  @IsUUID('all', { each: true, ...IDS })
  ids?: string[];

  @OptionalText({ description: 'All of this handler, or of all methods of this class' })
  handler?: string;

  @OptionalBoolean({ description: 'All dead letters' })
  all: boolean = false;

  @OptionalBoolean({ description: 'Only count' })
  dryRun: boolean = false;
}

/** What a redrive did, or would do. */
export class RedrivenDto {
  @ApiProperty({ type: 'integer', description: 'Number of dead letters', example: 1 })
  redriven!: number;

  @ApiProperty({ description: 'They were only counted', example: false })
  dryRun!: boolean;
}
