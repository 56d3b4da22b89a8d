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
