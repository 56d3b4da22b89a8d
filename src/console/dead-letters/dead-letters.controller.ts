import { Body, Get, Post, Query } from '@nestjs/common';
import { CurrentOperator } from '../../identity/current-operator.decorator.js';
import { actorOf, type Operator } from '../../identity/operator.js';
import { RequiresRole } from '../../identity/requires-role.decorator.js';
import { DeadLetterOperations } from '../../operations/dead-letter.operations.js';
import { DeliverySearchService } from '../../operations/delivery-search.service.js';
import { DeadLettersService } from '../../queue/dead-letters.service.js';
import { QueueStatsService } from '../../queue/queue-stats.service.js';
import { ConsolePage, SeeOther } from '../frame/console-page.js';
import { ConsoleRoutes } from '../frame/console-routes.decorator.js';
import { countText } from '../parts/format.js';
import { linkOf } from '../parts/pages.view.js';
import { type RawQuery, textIn, textsIn } from '../parts/query.js';
import { deadLettersView, redriveView } from './dead-letters.view.js';

const PAGE_SIZE = 100;
/** The most that one form redrives. */
const MAX_LETTERS = 10_000;

/** `/console/dead-letters`: the events whose handlers failed on every attempt. */
@ConsoleRoutes('/dead-letters', 'viewer')
export class DeadLettersController {
  constructor(
    private readonly letters: DeadLettersService,
    private readonly searches: DeliverySearchService,
    private readonly queues: QueueStatsService,
    private readonly operations: DeadLetterOperations,
  ) {}

  @Get()
  async list(@Query() query: RawQuery, @CurrentOperator() operator: Operator): Promise<ConsolePage> {
    const handler = textIn(query, 'handler');
    const [{ letters }, queues, unknown] = await Promise.all([
      this.letters.page({ handler }, { limit: PAGE_SIZE }),
      this.queues.all(),
      this.searches.unknownHandler(handler),
    ]);
    const nonEmpty = queues.filter(({ deadLetters }) => deadLetters > 0);
    const counts = new Map(nonEmpty.map((each) => [each.handler, each.deadLetters]));
    const view = deadLettersView({ letters, handler, counts, unknown }, operator);
    return new ConsolePage('dead-letters', 'Dead letters', view);
  }

  /** Asks for confirmation, with the number of dead letters. */
  @Get('redrive')
  @RequiresRole('operator')
  async ask(@Query() query: RawQuery, @CurrentOperator() operator: Operator): Promise<ConsolePage> {
    const { handler, ids } = choiceOf(query);
    const { letters } = await this.letters.page({ handler, ids }, { limit: MAX_LETTERS });
    const view = redriveView({ handler, all: ids === undefined, letters }, operator);
    return new ConsolePage('dead-letters', 'Redrive dead letters', view);
  }

  @Post('redrive')
  @RequiresRole('operator')
  async redrive(@Body() body: RawQuery, @CurrentOperator() operator: Operator): Promise<SeeOther> {
    const { handler, ids } = choiceOf(body);
    const count = await this.operations.redrive(actorOf(operator), { handler, ids, limit: MAX_LETTERS });
    const path = linkOf('/console/dead-letters', handler === undefined ? {} : { handler });
    return SeeOther.done(path, `${countText(count, 'event was', 'events were')} queued again.`);
  }
}

/** Without ids: all. */
function choiceOf(form: RawQuery): { handler: string | undefined; ids: string[] | undefined } {
  const all = textIn(form, 'all') === 'yes';
  return { handler: textIn(form, 'handler'), ids: all ? undefined : textsIn(form, 'id') };
}
