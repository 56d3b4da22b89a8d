import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { type HandlerWithRate } from '../../operations/handler.operations.js';
import { type HandlerPause } from '../../webhooks/pauses/handler-pauses.service.js';
import { OptionalText } from '../http/parameters.decorator.js';
import { toDto } from '../http/to-dto.js';

const count = (description: string, example: number): PropertyDecorator =>
  ApiProperty({ type: 'integer', description, example });

/** Whether a handler is paused. */
export class PauseDto {
  @ApiProperty({ description: 'Whether the handler is paused: its events wait', example: true })
  paused!: boolean;

  @ApiPropertyOptional({ format: 'date-time', example: '2026-01-31T09:00:00.000Z' })
  pausedAt?: string;

  @ApiPropertyOptional({ description: 'Who paused it', example: 'Ada Lovelace' })
  pausedBy?: string;

  @ApiPropertyOptional({ example: 'Plane is being upgraded' })
  reason?: string;

  /** Converts a pause; `null`: not paused. */
  static of(this: void, pause: HandlerPause | null): PauseDto {
    if (!pause) return { paused: false };
    return toDto(PauseDto, { ...pause, paused: true });
  }
}

/** Why a handler is paused. */
export class PauseRequestDto {
  @OptionalText({ description: 'Shown to other operators', example: 'Plane is being upgraded' })
  reason?: string;
}

/** A handler with its job counts and rates. */
export class HandlerDto {
  @ApiProperty({ description: '`Class.method`', example: 'PingHandler.pong' })
  id!: string;

  @ApiPropertyOptional({
    description: 'The events that it handles; absent for a handler of an earlier release that still has jobs',
    example: 'workitem.comment.created',
  })
  pattern?: string;

  @count('Jobs ready to run', 2)
  waiting!: number;

  @count('Jobs that wait for a retry', 1)
  delayed!: number;

  @count('Running jobs', 0)
  active!: number;

  @count('Jobs blocked by an earlier job with the same ordering key', 0)
  inLine!: number;

  @count('Jobs parked until a consent or an installation', 0)
  parked!: number;

  @count('Dead letters', 0)
  deadLetters!: number;

  @ApiProperty({ description: 'Successful runs per minute, over the last 5 minutes', example: 12.4 })
  handledPerMinute!: number;

  @ApiProperty({ description: 'Failed runs per minute, over the last 5 minutes', example: 0.2 })
  failedPerMinute!: number;

  @ApiPropertyOptional({
    description: 'Mean duration of a run in milliseconds; absent without runs',
    example: 18.3,
  })
  meanMs?: number;

  @ApiProperty({ type: PauseDto })
  pause!: PauseDto;

  /** Converts a handler. */
  static of(this: void, { stats, rate }: HandlerWithRate): HandlerDto {
    const { handler, blocked } = stats;
    return toDto(HandlerDto, {
      ...stats,
      id: handler,
      inLine: blocked,
      handledPerMinute: rate?.handledPerMinute ?? 0,
      failedPerMinute: rate?.failedPerMinute ?? 0,
      meanMs: rate?.meanMs,
      pause: PauseDto.of(stats.pause),
    });
  }
}
