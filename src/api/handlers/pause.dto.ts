import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { type HandlerPause } from '../../webhooks/pauses/handler-pauses.service.js';
import { OptionalText } from '../http/parameters.decorator.js';

/** Whether a handler is paused. */
export class PauseDto {
  @ApiProperty({ description: 'It takes nothing new; what comes waits', example: true })
  paused!: boolean;

  @ApiPropertyOptional({ format: 'date-time', example: '2026-01-31T09:00:00.000Z' })
  pausedAt?: string;

  @ApiPropertyOptional({ description: 'Who paused it', example: 'Ada Lovelace' })
  pausedBy?: string;

  @ApiPropertyOptional({ example: 'Plane is being upgraded' })
  reason?: string;

  /** Tells a pause, or that there is none. */
  static of(this: void, pause: HandlerPause | null): PauseDto {
    if (!pause) return { paused: false };
    const { pausedAt, pausedBy, reason } = pause;
    const told = { paused: true, pausedAt: pausedAt.toISOString(), pausedBy };
    return { ...told, ...(reason !== null && { reason }) };
  }
}

/** Why a handler is paused. */
export class PauseRequestDto {
  @OptionalText({ description: 'For others to read', example: 'Plane is being upgraded' })
  reason?: string;
}
