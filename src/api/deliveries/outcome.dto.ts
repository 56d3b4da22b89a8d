import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { type DeliveryOutcome, OUTCOME_STATES } from '../../webhooks/deliveries/outcome.js';
import { DateTimeProperty } from '../http/parameters.decorator.js';
import { toDto } from '../http/to-dto.js';

/** One run of a handler on a delivery. */
export class AttemptDto {
  @ApiProperty({ type: 'integer', description: '1 for the first', example: 1 })
  attempt!: number;

  @DateTimeProperty({ description: 'Start of the run' })
  at!: string;

  @ApiProperty({ description: 'Duration in milliseconds', example: 12 })
  ms!: number;

  @ApiProperty({ enum: OUTCOME_STATES, example: 'failed' })
  outcome!: string;

  @ApiPropertyOptional({ description: 'Why it had this outcome', example: 'Plane answered 503' })
  reason?: string;

  @ApiPropertyOptional({
    type: [String],
    description: "The app's own lines in the stack of the error, the one that failed first; at most five",
    example: ['PingHandler.pong (src/ping.handler.ts:12:5)'],
  })
  frames?: readonly string[];

  @ApiPropertyOptional({
    type: [String],
    description: 'Calls of the context that were still running when the method had ended: they were not awaited',
    example: ['plane.workItems.comments.create'],
  })
  unawaited?: readonly string[];
}

/** A log line of a handler. */
export class LogLineDto {
  @DateTimeProperty({ description: 'Time of the line' })
  at!: string;

  @ApiProperty({ example: 'info' })
  level!: string;

  @ApiProperty({ example: 'asked Plane for the project' })
  message!: string;

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: true,
    description: 'Structured fields',
    example: { projectId: 'a1b2c3d4' },
  })
  fields?: object;
}

/** The outcome of a delivery at one handler. */
export class OutcomeDto {
  @ApiProperty({ example: 'PingHandler.pong' })
  handler!: string;

  @ApiProperty({ enum: OUTCOME_STATES, example: 'failed' })
  state!: string;

  @ApiPropertyOptional({ description: 'The last error', example: 'Plane answered 503' })
  lastError?: string;

  @ApiPropertyOptional({
    description: 'The delivery that this one was coalesced with: the handler ran once for both',
    example: '0197b6a1-9e00-7c3e-8a5e-0d1f3a9b7c21',
  })
  foldedInto?: string;

  @DateTimeProperty({ description: 'When the outcome last changed' })
  updatedAt!: string;

  @ApiProperty({ type: [AttemptDto], description: 'The last 50 runs, oldest first' })
  attempts!: AttemptDto[];

  @ApiProperty({ type: [LogLineDto], description: 'The last 200 log lines of all runs' })
  log!: LogLineDto[];

  /** Converts an outcome. */
  static of(this: void, outcome: DeliveryOutcome): OutcomeDto {
    const attempts = outcome.attempts.map((attempt) => toDto(AttemptDto, attempt));
    return toDto(OutcomeDto, { ...outcome, attempts, log: outcome.log.map((line) => toDto(LogLineDto, line)) });
  }
}
