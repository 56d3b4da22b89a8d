import { Get, Query } from '@nestjs/common';
import { TaskOperations } from '../../operations/task.operations.js';
import { ApiController } from '../http/api-controller.decorator.js';
import { type Page, pageOf } from '../http/cursor.js';
import { ListQuery, pageDto } from '../http/page.dto.js';
import { Route } from '../http/route.decorator.js';
import { ScheduleDto } from './task.dto.js';

/** Methods with `@OnSchedule`. */
@ApiController('schedules')
export class SchedulesController {
  constructor(private readonly operations: TaskOperations) {}

  @Get()
  @Route({
    id: 'listSchedules',
    role: 'viewer',
    summary: 'List the schedules with their next and last occurrence',
    query: true,
    response: pageDto('SchedulesPage', ScheduleDto),
  })
  async list(@Query() query: ListQuery): Promise<Page<ScheduleDto>> {
    return pageOf(await this.operations.schedules(), query, ({ handler }) => handler, ScheduleDto.of);
  }
}
