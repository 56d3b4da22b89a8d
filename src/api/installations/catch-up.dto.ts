import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { type CatchUpGap, type CatchUpRun } from '../../catch-up/catch-up-run.js';
import { type InstallationCatchUps } from '../../operations/catch-up.operations.js';
import { DateTimeProperty, OptionalText } from '../http/parameters.decorator.js';
import { toDto } from '../http/to-dto.js';

const time = (description: string): PropertyDecorator =>
  ApiPropertyOptional({ description, format: 'date-time', example: '2026-01-31T09:00:00.000Z' });
const count = (description: string): PropertyDecorator => ApiProperty({ type: 'integer', description, example: 12 });

/** One catch-up. */
export class CatchUpRunDto {
  @ApiProperty({ format: 'uuid', example: '0197b6a2-3c00-7d1e-9b2f-4a6c8e0f2d41' })
  id!: string;

  @ApiProperty({
    enum: ['lists', 'missed', 'outage', 'operator'],
    description:
      '`lists`: to remember what there is; `missed`: changes that no webhook announced; `outage`: no receiver ran; `operator`: on demand',
    example: 'missed',
  })
  reason!: string;

  @ApiProperty({ enum: ['waiting', 'running', 'done', 'failed'], example: 'done' })
  state!: string;

  @ApiPropertyOptional({ description: 'The operator who started it', example: 'Zoë Ångström' })
  requestedBy?: string;

  @DateTimeProperty({ description: 'Changes later than this were read' })
  since!: string;

  @DateTimeProperty({ description: 'And none later than this' })
  until!: string;

  @count('Changes that became events')
  recovered!: number;

  @count('Changes that webhooks had announced')
  known!: number;

  @count('Changes that cannot be recovered')
  unrecoverable!: number;

  @count('Calls to Plane')
  calls!: number;

  @ApiPropertyOptional({ description: 'Why it failed, or is retried', example: 'Plane cannot be reached' })
  error?: string;

  @DateTimeProperty({ description: 'When it was started' })
  createdAt!: string;

  @time('When it ended')
  endedAt?: string;

  /** Converts a run. */
  static of(this: void, run: CatchUpRun): CatchUpRunDto {
    return toDto(CatchUpRunDto, run);
  }
}

/** The catch-ups of an installation. */
export class CatchUpDto {
  @time('The first change that no webhook announced, while none has arrived since')
  silentSince?: string;

  @time('Changes until then were announced, recovered or listed as unrecoverable')
  caughtUpTo?: string;

  @time("When Plane's API was last compared with the webhooks")
  checkedAt?: string;

  @count('Changes that cannot be recovered, of those that are still listed')
  unrecoverable!: number;

  @ApiProperty({ type: [CatchUpRunDto], description: 'The last ten, the newest first' })
  runs!: CatchUpRunDto[];

  /** Converts what is known of an installation's catch-ups. */
  static of(this: void, { state, runs, unrecoverable }: InstallationCatchUps): CatchUpDto {
    return toDto(CatchUpDto, {
      silentSince: state?.missedSince ?? null,
      caughtUpTo: state?.seenTo ?? null,
      checkedAt: state?.checkedAt ?? null,
      unrecoverable,
      runs: runs.map(CatchUpRunDto.of),
    });
  }
}

/** A change, or a group of them, that cannot be recovered. */
export class UnrecoverableDto {
  @ApiProperty({ format: 'uuid', example: '0197b6a2-3c00-7d1e-9b2f-4a6c8e0f2d41' })
  id!: string;

  @ApiProperty({
    format: 'uuid',
    description: 'The catch-up that found it',
    example: '0197b6a2-3c00-7d1e-9b2f-4a6c8e0f2d41',
  })
  runId!: string;

  @ApiProperty({ description: '`workitem`, `project`, `cycle`, `module` or `agent_run`', example: 'workitem' })
  kind!: string;

  @ApiPropertyOptional({ description: "Plane's id of the project", example: '59e3be42-87ec-4950-99a3-ae639cf2b089' })
  projectId?: string;

  @ApiPropertyOptional({ description: "Plane's id of the entity", example: '775c5716-5302-4617-bb9f-2cd843911268' })
  entityId?: string;

  @ApiProperty({
    description: 'What is missing, and why',
    example: 'the work item is in no list any more, and its activities do not show whether it was deleted or archived',
  })
  detail!: string;

  @time('When it changed, where Plane shows it')
  changedAt?: string;

  @DateTimeProperty({ description: 'When it was found' })
  createdAt!: string;

  /** Converts a gap. */
  static of(this: void, gap: CatchUpGap): UnrecoverableDto {
    return toDto(UnrecoverableDto, gap);
  }
}

/** Which changes a catch-up reads. */
export class StartCatchUpDto {
  @OptionalText({ description: 'How long ago it begins: `90s`, `15m`, `2h`, `3d`. Default `1h`', example: '2h' })
  since: string = '1h';
}
