import { startsWithCalendarDay } from '../../common/calendar-day.js';
import { Body, Get, Post, Query } from '@nestjs/common';
import { validate as isUuid } from 'uuid';
import { CurrentOperator } from '../../identity/current-operator.decorator.js';
import { actorOf, type Operator } from '../../identity/operator.js';
import { DeadLetterOperations } from '../../operations/dead-letter.operations.js';
import { DeliverySearchService } from '../../operations/delivery-search.service.js';
import { type DeadLetterPlace, DeadLettersService } from '../../queue/dead-letters.service.js';
import { invalidRequest, requireKnown } from '../http/api.errors.js';
import { ApiController } from '../http/api-controller.decorator.js';
import { cursorOf, type Page, positionOf } from '../http/cursor.js';
import { pageDto } from '../http/page.dto.js';
import { Route } from '../http/route.decorator.js';
import { DeadLetterDto, DeadLettersQuery, RedriveDto, RedrivenDto } from './dead-letter.dto.js';

/** A `timestamptz` as PostgreSQL prints it. */
const TIMESTAMP = /^\d{4}-\d\d-\d\d ([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,6})?[+-](0\d|1[0-5])(:[0-5]\d)?$/;

/** The events whose handlers failed on every attempt. */
@ApiController('dead-letters')
export class DeadLettersController {
  constructor(
    private readonly letters: DeadLettersService,
    private readonly searches: DeliverySearchService,
    private readonly operations: DeadLetterOperations,
  ) {}

  @Get()
  @Route({
    id: 'listDeadLetters',
    role: 'viewer',
    summary: 'List the dead letters, newest first',
    query: true,
    response: pageDto('DeadLettersPage', DeadLetterDto),
  })
  async list(@Query() { handler, limit, cursor }: DeadLettersQuery): Promise<Page<DeadLetterDto>> {
    const before = placeOf(cursor);
    requireKnown(await this.searches.unknownHandler(handler));
    const { letters, next } = await this.letters.page({ handler }, { limit, before });
    return {
      items: letters.map(DeadLetterDto.of),
      ...(next && { next: cursorOf(`${next.id} ${next.moment}`) }),
    };
  }

  @Post('redrive')
  @Route({
    id: 'redriveDeadLetters',
    role: 'operator',
    summary: 'Return dead letters to their handlers, with a full set of attempts',
    description:
      'Exactly one of `ids`, `handler` and `all` selects them. Ids that are not dead letters (any more) are skipped.',
    idempotent: true,
    response: RedrivenDto,
  })
  async redrive(@CurrentOperator() operator: Operator, @Body() body: RedriveDto): Promise<RedrivenDto> {
    const { ids, handler, all, dryRun } = body;
    if ([ids !== undefined, handler !== undefined, all].filter(Boolean).length !== 1)
      throw invalidRequest([{ parameter: 'body', problem: 'must have exactly one of ids, handler and all' }]);
    requireKnown(await this.searches.unknownHandler(handler));
    const redriven = await this.operations.redrive(actorOf(operator), { ids, handler }, dryRun);
    return { redriven, dryRun };
  }
}

function placeOf(cursor: string | undefined): DeadLetterPlace | undefined {
  const position = positionOf(cursor, (text) => {
    const { id, moment } = placeIn(text);
    return isUuid(id) && TIMESTAMP.test(moment) && startsWithCalendarDay(moment) && !Number.isNaN(Date.parse(moment));
  });
  return position === undefined ? undefined : placeIn(position);
}

function placeIn(text: string): DeadLetterPlace {
  const at = text.indexOf(' ');
  return { id: text.slice(0, at), moment: text.slice(at + 1) };
}
