import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { type ActivityMinute } from '../../activity/activity-figures.js';
import { DateTimeProperty, OptionalInteger } from '../http/parameters.decorator.js';
import { toDto } from '../http/to-dto.js';

const MINUTES_PER_DAY = 1440;
const MINUTES_PER_HOUR = 60;

/** The period. */
export class ActivityQuery {
  @OptionalInteger(1, MINUTES_PER_DAY, MINUTES_PER_HOUR, {
    description: 'How many minutes back',
    example: MINUTES_PER_HOUR,
  })
  minutes: number = MINUTES_PER_HOUR;
}

const count = (description: string, example: number): PropertyDecorator =>
  ApiProperty({ type: 'integer', description, example });

/** What happened in one minute, over all processes. */
export class ActivityMinuteDto {
  @DateTimeProperty({ description: 'Start of the minute' })
  at!: string;

  @count('Webhooks stored, duplicates not counted', 40)
  received!: number;

  @count('Duplicate webhooks', 1)
  duplicates!: number;

  @count('Rejected webhooks', 0)
  refused!: number;

  @count('Successful handler runs', 38)
  handled!: number;

  @count('Failed handler runs that will be retried', 2)
  failed!: number;

  @count('Handler runs after which the event was dead-lettered', 0)
  deadLettered!: number;

  @ApiPropertyOptional({
    description: 'Mean milliseconds from receipt to first handler run',
    example: 14.2,
  })
  meanLagMs?: number;

  @ApiPropertyOptional({ description: 'Maximum of these milliseconds', example: 51 })
  maxLagMs?: number;

  /** Converts a minute. */
  static of(this: void, activity: ActivityMinute): ActivityMinuteDto {
    return toDto(ActivityMinuteDto, { ...activity, at: activity.minute });
  }
}

/** Counts by the minute. */
export class ActivityDto {
  @ApiProperty({
    type: [ActivityMinuteDto],
    description: 'Oldest first, including minutes without activity',
  })
  items!: ActivityMinuteDto[];
}
