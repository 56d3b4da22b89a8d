import { Body, Get, Post, Query } from '@nestjs/common';
import { CurrentOperator } from '../../identity/current-operator.decorator.js';
import { actorOf, type Operator } from '../../identity/operator.js';
import { RequiresRole } from '../../identity/requires-role.decorator.js';
import { DeadLettersService } from '../../queue/dead-letters.service.js';
import { QueueStatsService } from '../../queue/queue-stats.service.js';
import { DeadLetterOperations } from '../../operations/dead-letter.operations.js';
import { ConsolePage } from '../frame/console-page.js';
import { ConsoleRoutes } from '../frame/console-routes.decorator.js';
import { SeeOther } from '../frame/see-other.js';
import { countText } from '../parts/count-text.js';
import { linkOf } from '../parts/pages.view.js';
import { type RawQuery, textIn, textsIn } from '../parts/query.js';
import { deadLettersView } from './dead-letters.view.js';
import { type RedriveChoice, redriveView } from './redrive.view.js';

const SHOWN = 100;
/** The most that one form gives back; what is left stays where it is. */
const MAX_LETTERS = 10_000;

/** `/console/dead-letters`: what failed for the last time. */
@ConsoleRoutes('/dead-letters', 'viewer')
export class DeadLettersController {
  constructor(
    private readonly letters: DeadLettersService,
    private readonly levels: QueueStatsService,
    private readonly actions: DeadLetterOperations,
  ) {}

  @Get()
  async list(@Query() query: RawQuery, @CurrentOperator() operator: Operator): Promise<ConsolePage> {
    const handler = textIn(query, 'handler');
    const [{ letters }, levels] = await Promise.all([
      this.letters.page({ handler }, { limit: SHOWN }),
      this.levels.all(),
    ]);
    const counts = new Map(
      levels.flatMap((level) => (level.deadLetters > 0 ? [[level.handler, level.deadLetters] as const] : [])),
    );
    const view = deadLettersView({ letters, handler, counts }, operator);
    return new ConsolePage('dead-letters', 'Dead letters', view);
  }

  /** Counts what would be redriven, and asks. */
  @Get('redrive')
  @RequiresRole('operator')
  async ask(@Query() query: RawQuery, @CurrentOperator() operator: Operator): Promise<ConsolePage> {
    const choice = await this.chosen(query);
    return new ConsolePage('dead-letters', 'Redrive dead letters', redriveView(choice, operator));
  }

  @Post('redrive')
  @RequiresRole('operator')
  async redrive(@Body() body: RawQuery, @CurrentOperator() operator: Operator): Promise<SeeOther> {
    const { handler, ids } = asked(body);
    const named = { ...(handler !== undefined && { handler }), ...(ids && { ids }) };
    const count = await this.actions.redrive(actorOf(operator), { ...named, limit: MAX_LETTERS });
    const path = linkOf('/console/dead-letters', handler === undefined ? {} : { handler });
    return SeeOther.done(path, `${countText(count, 'event was', 'events were')} given back to the handlers.`);
  }

  private async chosen(query: RawQuery): Promise<RedriveChoice> {
    const { handler, ids } = asked(query);
    const { letters } = await this.letters.page({ handler, ids }, { limit: MAX_LETTERS });
    return { handler, all: ids === undefined, letters };
  }
}

/** No ids: all. */
function asked(form: RawQuery): { handler: string | undefined; ids: string[] | undefined } {
  const all = textIn(form, 'all') === 'yes';
  return { handler: textIn(form, 'handler'), ids: all ? undefined : textsIn(form, 'id') };
}
