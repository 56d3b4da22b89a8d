import { Body, Get, Post, Query } from '@nestjs/common';
import { CurrentOperator } from '../../identity/current-operator.decorator.js';
import { actorOf, type Operator } from '../../identity/operator.js';
import { DeadLettersService } from '../../queue/dead-letters.service.js';
import { DeadLetterOperations } from '../../operations/dead-letter.operations.js';
import { requestFaults } from '../http/api.errors.js';
import { ApiController } from '../http/api-controller.decorator.js';
import { type Page } from '../http/cursor.js';
import { pageDto } from '../http/page.dto.js';
import { Route } from '../http/route.decorator.js';
import { deadLetterCursor, deadLetterPlace } from './dead-letter.cursor.js';
import { DeadLetterDto } from './dead-letter.dto.js';
import { DeadLettersQuery } from './dead-letters.query.js';
import { RedriveDto, RedrivenDto } from './redrive.dto.js';

/** The events whose handlers failed for the last time. */
@ApiController('dead-letters')
export class DeadLettersController {
  constructor(
    private readonly letters: DeadLettersService,
    private readonly actions: DeadLetterOperations,
  ) {}

  @Get()
  @Route({
    id: 'listDeadLetters',
    role: 'viewer',
    summary: 'The events whose handlers failed for the last time, the newest first',
    query: true,
    response: pageDto('DeadLettersPage', DeadLetterDto),
  })
  async list(@Query() { handler, limit, cursor }: DeadLettersQuery): Promise<Page<DeadLetterDto>> {
    const before = deadLetterPlace(cursor);
    const { letters, next } = await this.letters.page({ handler }, { limit, before });
    return { items: letters.map(DeadLetterDto.of), ...(next && { next: deadLetterCursor(next) }) };
  }

  @Post('redrive')
  @Route({
    id: 'redriveDeadLetters',
    role: 'operator',
    summary: 'Give dead letters back to their handlers, with all attempts before them',
    description:
      'Exactly one of `ids`, `handler` and `all` says which. Ids that are no dead letters (any more) are left out.',
    idempotent: true,
    response: RedrivenDto,
  })
  async redrive(@CurrentOperator() operator: Operator, @Body() body: RedriveDto): Promise<RedrivenDto> {
    const { ids, handler, all, dryRun } = body;
    if ([ids !== undefined, handler !== undefined, all].filter(Boolean).length !== 1)
      throw requestFaults([{ parameter: 'body', problem: 'must have exactly one of ids, handler and all' }]);
    const redriven = await this.actions.redrive(actorOf(operator), { ids, handler }, dryRun);
    return { redriven, dryRun };
  }
}
