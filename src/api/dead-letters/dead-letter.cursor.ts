import { validate as isUuid } from 'uuid';
import { type DeadLetterPlace } from '../../queue/dead-letters.service.js';
import { cursorOf, placeOf } from '../http/cursor.js';

/** As PostgreSQL writes a moment. */
const MOMENT = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{1,6})?[+-]\d\d(:\d\d)?$/;

/** The cursor of a place in the list of dead letters. */
export function deadLetterCursor({ id, moment }: DeadLetterPlace): string {
  return cursorOf(`${id} ${moment}`);
}

/** The place that a cursor names. @throws {DomainError} 400 for one that the list did not give */
export function deadLetterPlace(cursor: string | undefined): DeadLetterPlace | undefined {
  const place = placeOf(cursor, (text) => {
    const { id, moment } = partsOf(text);
    return isUuid(id) && MOMENT.test(moment) && !Number.isNaN(Date.parse(moment));
  });
  return place === undefined ? undefined : partsOf(place);
}

function partsOf(text: string): DeadLetterPlace {
  const at = text.indexOf(' ');
  return { id: text.slice(0, at), moment: text.slice(at + 1) };
}
