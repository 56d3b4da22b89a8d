import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { TASK_STATES, type TaskSummary } from '../../tasks/task-pages.js';
import { type ListedSchedule, type TaskDetails } from '../../tasks/task-admin.service.js';
import { AttemptDto, LogLineDto } from '../deliveries/outcome.dto.js';
import { ListQuery } from '../http/page.dto.js';
import { DateTimeProperty, OptionalBoolean, OptionalChoice, OptionalText } from '../http/parameters.decorator.js';
import { toDto } from '../http/to-dto.js';

const WORKSPACE_ID = '3f2b8d1c-6a4e-4d0b-9b1e-5c7a9e2f4b60';
const time = (description: string): PropertyDecorator =>
  ApiPropertyOptional({ description, format: 'date-time', example: '2026-01-31T09:00:00.000Z' });

/** A page of the filtered tasks. */
export class TasksQuery extends ListQuery {
  @OptionalChoice(TASK_STATES, { description: 'In this state', example: 'waiting' })
  state?: (typeof TASK_STATES)[number];

  @OptionalText({ description: 'Of this `@OnTask`, or of `schedule/Class.method`', example: 'remind' })
  name?: string;

  @OptionalText({ description: 'Slug or id of the workspace', example: 'acme' })
  workspace?: string;

  @OptionalText({ description: 'With this key', example: 'WEB-1' })
  key?: string;

  @OptionalBoolean({ description: 'Only those that wait for a method which this release does not have' })
  orphaned?: boolean;
}

/** A task in a list. */
export class TaskDto {
  @ApiProperty({ format: 'uuid', example: '0197b6a2-3c00-7d1e-9b2f-4a6c8e0f2d41' })
  id!: string;

  @ApiProperty({ description: 'That of its `@OnTask`; of a schedule, `schedule/Class.method`', example: 'remind' })
  name!: string;

  @ApiProperty({
    enum: TASK_STATES,
    description:
      '`waiting` for its time, `queued` for its first or next run, `running`, `parked` until a consent; otherwise how it ended',
    example: 'waiting',
  })
  state!: string;

  @DateTimeProperty({ description: 'When it is to run' })
  dueAt!: string;

  @ApiPropertyOptional({ description: 'Makes it one', example: 'WEB-1' })
  key?: string;

  @ApiPropertyOptional({
    description: "Plane's id of the workspace; absent for the app as a whole",
    example: WORKSPACE_ID,
  })
  workspaceId?: string;

  @ApiPropertyOptional({ description: 'Why it is in this state', example: 'cancelled by workitem.deleted' })
  reason?: string;

  @ApiProperty({ type: 'integer', description: 'Number of runs by now', example: 0 })
  attemptCount!: number;

  @DateTimeProperty({ description: 'When it was scheduled' })
  createdAt!: string;

  @time('When its first run began')
  startedAt?: string;

  @time('When it ended')
  endedAt?: string;

  /** Converts a task. */
  static of(this: void, task: TaskSummary): TaskDto {
    return toDto(TaskDto, task);
  }
}

/** A task with its runs. */
export class TaskDetailsDto extends TaskDto {
  @ApiPropertyOptional({ description: 'The work item or entity whose events cancel it', example: WORKSPACE_ID })
  entityId?: string;

  @ApiPropertyOptional({
    type: [String],
    description: 'The events that cancel it',
    example: ['workitem.deleted'],
  })
  cancelOn?: string[];

  @ApiPropertyOptional({
    type: String,
    description: 'What the app stored in it, as JSON; for operators and admins',
    example: '{"text":"Call back"}',
  })
  data?: string;

  @ApiProperty({ type: [AttemptDto], description: 'The last 50 runs, oldest first' })
  attempts!: AttemptDto[];

  @ApiProperty({ type: [LogLineDto], description: 'The last 200 log lines of all runs; for operators and admins' })
  log!: LogLineDto[];

  /** Converts a task. @param withData with what the app stored and logged */
  static from(task: TaskDetails, withData: boolean): TaskDetailsDto {
    return toDto(TaskDetailsDto, {
      ...task,
      attemptCount: task.attempts.length,
      data: withData ? JSON.stringify(task.data) : undefined,
      attempts: task.attempts.map((attempt) => toDto(AttemptDto, attempt)),
      log: withData ? task.log.map((line) => toDto(LogLineDto, line)) : [],
    });
  }
}

/** A method with `@OnSchedule`. */
export class ScheduleDto {
  @ApiProperty({ description: '`Class.method`', example: 'DigestHandler.send' })
  handler!: string;

  @ApiProperty({ description: 'Minute, hour, day of month, month, weekday', example: '0 8 * * 1-5' })
  cron!: string;

  @ApiProperty({ example: 'Europe/Berlin' })
  timeZone!: string;

  @ApiProperty({ enum: ['installation', 'app'], description: 'What it runs for', example: 'installation' })
  each!: string;

  @time('The next occurrence; absent for one that this release does not have')
  nextAt?: string;

  @time('The last occurrence for which it ran')
  lastAt?: string;

  @ApiProperty({ description: 'This release does not have it', example: false })
  orphaned!: boolean;

  /** Converts a schedule. */
  static of(this: void, schedule: ListedSchedule): ScheduleDto {
    return toDto(ScheduleDto, { ...schedule, nextAt: schedule.nextAt });
  }
}
