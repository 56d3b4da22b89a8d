import { createHash } from 'node:crypto';
import { type Context, context } from '@opentelemetry/api';
import { v7 as uuid } from 'uuid';
import { tracer } from '../../observability/tracing/tracer.js';
import { deliveryKey } from '../events/normalise.js';
import { type PlaneEvent } from '../events/plane-event.js';
import { type DeliveryEntity } from './delivery.entity.js';
import { type DuplicateKey, duplicateKeyOf } from './duplicate-key.js';

/** A webhook that was verified and read. */
export interface VerifiedDelivery {
  readonly event: PlaneEvent;
  readonly body: Buffer;
  readonly headers: Readonly<Record<string, string>>;
  readonly secretFingerprint: string;
}

/** A delivery on its way into the table, with what its jobs are made from. */
export interface NewDelivery {
  readonly row: DeliveryEntity;
  readonly event?: PlaneEvent;
  readonly fold?: DuplicateKey;
  /** What it is part of, where traces are on: its request, then the storing of it. */
  readonly within?: Context;
}

/** Longer texts come from nobody's Plane; an index would refuse them, and a refusal of ours loses the event. */
const MAX_LENGTH = 200;

/** What is stored of a verified delivery. */
export function newDelivery(delivery: VerifiedDelivery): NewDelivery {
  const { event } = delivery;
  const fold = duplicateKeyOf(event);
  const within = tracer() && context.active();
  return { row: deliveryRow(delivery), event, ...(fold && { fold }), ...(within && { within }) };
}

/** The row of a new delivery. Its id sorts by time of arrival. */
function deliveryRow({ event, body, headers, secretFingerprint }: VerifiedDelivery): DeliveryEntity {
  return {
    id: uuid({ msecs: event.receivedAt.getTime() }),
    key: storable(`${event.workspaceId}:${deliveryKey(event)}`),
    workspaceId: storable(event.workspaceId),
    eventName: storable(event.name),
    source: event.source,
    entityId: event.entityId === '' ? null : storable(event.entityId),
    workItemId: workItemIdOf(event),
    body,
    headers,
    secretFingerprint,
    receivedAt: event.receivedAt,
  };
}

/** PostgreSQL's text holds no NUL and no half surrogate; such a text, and a long one, is told apart by its hash. */
export function storable(text: string): string {
  const clean = text.replaceAll('\0', '');
  if (clean.length <= MAX_LENGTH && clean === text && text.isWellFormed()) return text;
  const hash = createHash('sha256').update(Buffer.from(text, 'utf16le')).digest('hex');
  return `${clean.slice(0, MAX_LENGTH - hash.length - 1).toWellFormed()}~${hash}`;
}

/** Where it is not the entity itself, as for v1's comments. */
function workItemIdOf({ entityId, workItem }: PlaneEvent): string | null {
  return workItem && workItem.id !== '' && workItem.id !== entityId ? storable(workItem.id) : null;
}
