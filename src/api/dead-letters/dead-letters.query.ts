import { ListQuery } from '../http/list.query.js';
import { OptionalText } from '../http/parameters.decorator.js';

/** A page of the dead letters, or of those of one handler. */
export class DeadLettersQuery extends ListQuery {
  @OptionalText({ description: 'Of this handler alone', example: 'PingHandler.pong' })
  handler?: string;
}
