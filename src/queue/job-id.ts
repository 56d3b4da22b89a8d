import { randomBytes } from 'node:crypto';

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;
/** Characters of a job's id that are its delivery's, hyphens included: 12 of 16 bytes. The rest tells jobs apart. */
export const SHARED_CHARACTERS = 28;
const OWN_BYTES = 4;

/**
 * An id for a job with this data; `undefined` where it may be any. It begins as the id of the job's delivery does, so
 * that the key of the table of jobs leads from a delivery to its jobs, and is in the order of the deliveries.
 */
export function jobIdOf(data: object | null | undefined): string | undefined {
  const deliveryId = data && 'deliveryId' in data ? data.deliveryId : undefined;
  if (typeof deliveryId !== 'string' || !UUID.test(deliveryId)) return undefined;
  return deliveryId.slice(0, SHARED_CHARACTERS) + randomBytes(OWN_BYTES).toString('hex');
}

/** The same in SQL, where any id will do for others. */
export const jobIdSql = (data: string): string => `
  CASE WHEN ${data} ->> 'deliveryId' ~ '${UUID.source.replaceAll(String.raw`\d`, '0-9')}'
       THEN overlay(${data} ->> 'deliveryId' PLACING right(gen_random_uuid()::text, ${OWN_BYTES * 2})
                    FROM ${SHARED_CHARACTERS + 1})::uuid
       ELSE gen_random_uuid() END`;
