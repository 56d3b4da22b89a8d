import { DomainError } from '../../common/domain-error.js';

/** No delivery has that id, or not any more. */
export function unknownDelivery(id: string): DomainError {
  return new DomainError({
    code: 'delivery_unknown',
    title: 'There is no such delivery',
    detail: `no delivery has the id ${id}: it never had, or it is past DELIVERY_RETENTION_DAYS`,
    status: 404,
  });
}

/** What a list should go on from is no id of a delivery. */
export function invalidCursor(cursor: string): DomainError {
  return new DomainError({
    code: 'cursor_invalid',
    title: 'The list cannot go on from there',
    detail: `${JSON.stringify(cursor.slice(0, 100))} is no id of a delivery: give what a page told as next`,
    status: 400,
  });
}
