import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { type HandlerRate } from '../../activity/activity-figures.js';
import { type HandlerStats } from '../../webhooks/pauses/handler-stats.service.js';
import { PauseDto } from './pause.dto.js';

const count = (description: string, example: number): PropertyDecorator =>
  ApiProperty({ type: 'integer', description, example });

/** A handler and how much it has before it. */
export class HandlerDto {
  @ApiProperty({ description: '`Class.method`', example: 'PingHandler.pong' })
  id!: string;

  @ApiPropertyOptional({
    description:
      'The events that it wants; absent for one that this release does not have and whose jobs wait',
    example: 'workitem.comment.created',
  })
  pattern?: string;

  @count('Could be run now', 2)
  waiting!: number;

  @count('Wait for their next try', 1)
  delayed!: number;

  @count('Run now', 0)
  active!: number;

  @count('Behind another of their line', 0)
  inLine!: number;

  @count('Wait for a person', 0)
  parked!: number;

  @count('Failed for the last time', 0)
  deadLetters!: number;

  @ApiProperty({ description: 'Runs a minute that did their work, over the last five', example: 12.4 })
  handledPerMinute!: number;

  @ApiProperty({ description: 'Failed runs a minute, over the last five', example: 0.2 })
  failedPerMinute!: number;

  @ApiPropertyOptional({
    description: 'Milliseconds that a run took; absent where there was none',
    example: 18.3,
  })
  meanMs?: number;

  @ApiProperty({ type: PauseDto })
  pause!: PauseDto;

  /** Tells a handler. */
  static of(this: void, level: HandlerStats, rate: HandlerRate | undefined): HandlerDto {
    const { handler, pattern, waiting, delayed, active, blocked, parked, deadLetters } = level;
    const meanMs = rate?.meanMs ?? undefined;
    return {
      id: handler,
      ...(pattern !== undefined && { pattern }),
      waiting,
      delayed,
      active,
      inLine: blocked,
      parked,
      deadLetters,
      handledPerMinute: rate?.handledPerMinute ?? 0,
      failedPerMinute: rate?.failedPerMinute ?? 0,
      ...(meanMs !== undefined && { meanMs }),
      pause: PauseDto.of(level.pause),
    };
  }
}
