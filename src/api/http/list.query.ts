import { OptionalText, WholeNumber } from './parameters.decorator.js';

const MAX_LIMIT = 200;
const USUAL = 50;

/** What every list takes. */
export class ListQuery {
  @WholeNumber(1, MAX_LIMIT, USUAL, { description: 'How many at most', example: USUAL })
  limit: number = USUAL;

  @OptionalText({ description: 'The `next` of the page before; absent for the first page' })
  cursor?: string;
}
