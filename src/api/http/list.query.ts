import { OptionalText, WholeNumber } from './parameters.decorator.js';

const MOST = 200;
const USUAL = 50;

/** What every list takes. */
export class ListQuery {
  @WholeNumber(1, MOST, USUAL, { description: 'How many at most', example: USUAL })
  limit: number = USUAL;

  @OptionalText({ description: 'The `next` of the page before; absent for the first page' })
  cursor?: string;
}
