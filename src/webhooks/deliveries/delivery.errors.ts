import { codedError } from '../../common/coded-error.js';

/** No delivery has that id. */
export const unknownDelivery = codedError(
  'delivery_unknown',
  404,
  'Delivery not found',
  (id: string) => `no delivery has the id ${id}: it never existed, or it is older than DELIVERY_RETENTION_DAYS`,
);

/** The start of a page is not the id of a delivery. */
export const invalidCursor = codedError(
  'cursor_invalid',
  400,
  'Invalid cursor',
  (cursor: string) => `${JSON.stringify(cursor.slice(0, 100))} is not the id of a delivery: pass the "next" of a page`,
);
