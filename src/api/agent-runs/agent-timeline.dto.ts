import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { type AgentRunTimeline, type TimelineActivity, type TimelineTurn } from '../../agents/agent-run-pages.js';
import { type Installation } from '../../installations/installation.js';
import { AttemptDto } from '../deliveries/outcome.dto.js';
import { DateTimeProperty } from '../http/parameters.decorator.js';
import { toDto } from '../http/to-dto.js';
import { AgentRunDto, sourceOf } from './agent-run.dto.js';

const time = (description: string): PropertyDecorator =>
  ApiPropertyOptional({ description, format: 'date-time', example: '2026-01-31T09:00:01.000Z' });

/** An activity that Hangar posts to a run. */
export class AgentActivityDto {
  @ApiProperty({ type: 'integer', description: '0 for the acknowledgement', example: 0 })
  number!: number;

  @ApiProperty({ enum: ['thought', 'action', 'response', 'elicitation', 'error'], example: 'thought' })
  type!: string;

  @ApiProperty({
    enum: ['pending', 'sent', 'dropped', 'failed'],
    description: '`dropped`: not worth sending any more; `failed`: Plane rejected it',
    example: 'sent',
  })
  status!: string;

  @ApiProperty({ description: 'It ended its turn', example: false })
  closes!: boolean;

  @ApiPropertyOptional({ description: 'What the user reads; for operators and admins', example: 'Counting.' })
  text?: string;

  @ApiPropertyOptional({ description: 'Why it was not sent', example: 'Plane answered 400' })
  error?: string;

  @DateTimeProperty({ description: 'When it was written down' })
  createdAt!: string;

  @time('When Plane had it')
  sentAt?: string;
}

/** A turn: one prompt of a run, and what became of it. */
export class AgentTurnDto {
  @ApiProperty({ format: 'uuid', example: '0197b6a2-4d10-7a2b-8c3d-5e6f7a8b9c0d' })
  id!: string;

  @ApiProperty({ example: 'HelperAgent.answer' })
  handler!: string;

  @ApiProperty({ enum: ['waiting', 'running', 'parked', 'closed'], example: 'closed' })
  state!: string;

  @ApiPropertyOptional({
    enum: ['completed', 'awaiting', 'failed', 'stopped', 'merged'],
    description: '`awaiting`: the agent asked; `merged`: an earlier turn took its prompt',
    example: 'completed',
  })
  outcome?: string;

  @ApiPropertyOptional({ description: 'Why it has this state or outcome', example: 'Plane answered 503' })
  reason?: string;

  @ApiPropertyOptional({ description: 'What the user read when it failed', example: '0197b6a2-4d10' })
  reference?: string;

  @ApiPropertyOptional({
    description: 'The message of the user; for operators and admins',
    example: 'How many items are open?',
  })
  prompt?: string;

  @ApiProperty({ description: 'The webhook that it was made from', example: '0197b6a1-9e00-7c3e-8a5e-0d1f3a9b7c21' })
  deliveryId!: string;

  @DateTimeProperty({ description: 'When that was received' })
  receivedAt!: string;

  @time('When Plane had the acknowledgement')
  acknowledgedAt?: string;

  @time('When the method was first called')
  startedAt?: string;

  @time('When a stop was requested')
  stopRequestedAt?: string;

  @time('When it was closed')
  endedAt?: string;

  @ApiProperty({ type: [AttemptDto], description: 'The last 50 runs of the method, oldest first' })
  attempts!: AttemptDto[];

  @ApiProperty({ type: [AgentActivityDto], description: 'In the order in which they were written down' })
  activities!: AgentActivityDto[];
}

/** A run with its turns. */
export class AgentRunTimelineDto extends AgentRunDto {
  @ApiProperty({ type: [AgentTurnDto], description: 'The last 50, oldest first' })
  turns!: AgentTurnDto[];

  /** Converts a run. @param withTexts with what people and the agent wrote */
  static from(run: AgentRunTimeline, installation: Installation | undefined, withTexts: boolean): AgentRunTimelineDto {
    const turns = run.turns.map((turn) => turnDto(turn, withTexts));
    return toDto(AgentRunTimelineDto, { ...sourceOf(run, installation), turns });
  }
}

function turnDto(turn: TimelineTurn, withTexts: boolean): AgentTurnDto {
  const attempts = turn.attempts.map((attempt) => toDto(AttemptDto, attempt));
  const activities = turn.activities.map((activity) => activityDto(activity, withTexts));
  const prompt = withTexts ? turn.prompt?.text : undefined;
  return toDto(AgentTurnDto, { ...turn, prompt, attempts, activities });
}

function activityDto(activity: TimelineActivity, withTexts: boolean): AgentActivityDto {
  return toDto(AgentActivityDto, { ...activity, text: withTexts ? activity.text : undefined });
}
