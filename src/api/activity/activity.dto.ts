import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { type ActivityMinute } from '../../activity/activity-figures.js';
import { DateTimeProperty, WholeNumber } from '../http/parameters.decorator.js';

const A_DAY = 1440;
const AN_HOUR = 60;

/** How far back. */
export class ActivityQuery {
  @WholeNumber(1, A_DAY, AN_HOUR, { description: 'How many minutes back', example: AN_HOUR })
  minutes: number = AN_HOUR;
}

const count = (description: string, example: number): PropertyDecorator =>
  ApiProperty({ type: 'integer', description, example });

/** What happened in one minute, over all processes. */
export class ActivityMinuteDto {
  @DateTimeProperty({ description: 'When it begins' })
  at!: string;

  @count('Webhooks that were stored for the first time', 40)
  received!: number;

  @count('Webhooks that had been seen before', 1)
  duplicates!: number;

  @count('Webhooks that were refused', 0)
  refused!: number;

  @count('Runs of handlers that did their work', 38)
  handled!: number;

  @count('Runs that failed and are tried again', 2)
  failed!: number;

  @count('Runs after which the event was dead-lettered', 0)
  deadLettered!: number;

  @ApiPropertyOptional({
    description: 'Milliseconds from the receipt to the first run, in the mean',
    example: 14.2,
  })
  meanLagMs?: number;

  @ApiPropertyOptional({ description: 'The same at most', example: 51 })
  maxLagMs?: number;

  /** Tells a minute. */
  static of(this: void, { minute, meanLagMs, maxLagMs, ...counts }: ActivityMinute): ActivityMinuteDto {
    const { received, duplicates, refused, handled, failed, deadLettered } = counts;
    return {
      at: minute.toISOString(),
      received,
      duplicates,
      refused,
      handled,
      failed,
      deadLettered,
      ...(meanLagMs !== null && { meanLagMs }),
      ...(maxLagMs !== null && { maxLagMs }),
    };
  }
}

/** What happened lately. */
export class ActivityDto {
  @ApiProperty({
    type: [ActivityMinuteDto],
    description: 'Oldest first, also those in which nothing happened',
  })
  items!: ActivityMinuteDto[];
}
