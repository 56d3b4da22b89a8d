import { randomBytes } from 'node:crypto';

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;
/** Characters that a job's id shares with its delivery's, hyphens included: 12 of 16 bytes. The rest is random. */
export const SHARED_CHARACTERS = 28;
const RANDOM_BYTES = 4;

/**
 * An id for a job with this data; `undefined` if any will do. It starts like the id of the job's delivery, so that the
 * primary key of the table of jobs finds the jobs of a delivery and sorts them as deliveries sort.
 */
export function jobIdOf(data: object | null | undefined): string | undefined {
  const deliveryId = data && 'deliveryId' in data ? data.deliveryId : undefined;
  if (typeof deliveryId !== 'string' || !UUID.test(deliveryId)) return undefined;
  return deliveryId.slice(0, SHARED_CHARACTERS) + randomBytes(RANDOM_BYTES).toString('hex');
}

/** The same in SQL; a random id for jobs without a delivery. */
export const jobIdSql = (data: string): string => `
  CASE WHEN ${data} ->> 'deliveryId' ~ '${UUID.source.replaceAll(String.raw`\d`, '0-9')}'
       THEN overlay(${data} ->> 'deliveryId' PLACING right(gen_random_uuid()::text, ${RANDOM_BYTES * 2})
                    FROM ${SHARED_CHARACTERS + 1})::uuid
       ELSE gen_random_uuid() END`;
