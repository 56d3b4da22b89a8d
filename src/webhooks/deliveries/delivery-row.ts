import { createHash } from 'node:crypto';
import { type Context, context } from '@opentelemetry/api';
import { v7 as uuid } from 'uuid';
import { postgresText } from '../../common/postgres-text.js';
import { DEFAULT_CONNECTION } from '../../config/plane-connection.js';
import { tracer } from '../../observability/tracing/spans.js';
import { type AnnouncedChange, announcedChangeOf } from '../events/announced-change.js';
import { deliveryKey, isIdentifiedByContent } from '../events/event-identity.js';
import { listsRemovedMembers, webhookIdOf } from '../events/listed-members.js';
import { type PlaneEvent } from '../events/plane-event.js';
import { hasTwinNames, lacksTwinName } from '../events/twin-names.js';
import { type DeliveryEntity } from './delivery.entity.js';

/** A webhook that was verified and parsed. */
export interface VerifiedDelivery {
  readonly event: PlaneEvent;
  readonly body: Buffer;
  readonly headers: Readonly<Record<string, string>>;
  readonly secretFingerprint: string;
  /** The connection that it came by; default: that without a name. */
  readonly connectionId?: string;
}

/** A delivery that is about to be stored, with what its jobs are made from. */
export interface NewDelivery {
  readonly row: DeliveryEntity;
  readonly event?: PlaneEvent;
  /** An equal body is a duplicate only while Plane may still retry. */
  readonly byContent?: boolean;
  /** The change that other webhooks may announce too. */
  readonly announced?: AnnouncedChange;
  /** The webhook whose Plane, by this payload, still lists removed members. */
  readonly wrongLists?: string;
  /** Whether it has the names of a field that another webhook has the ids of, or lacks them. */
  readonly names?: TwinNames;
  /** The trace context while tracing is on: that of the request, then that of storing it. */
  readonly within?: Context;
}

/** What a webhook about a field that some releases announce by name and by id says about its names. */
interface TwinNames {
  /** Plane's id of the webhook. */
  readonly webhook: string;
  /** It has the names; otherwise it lacks some. */
  readonly given: boolean;
}

/** Plane sends no longer texts. An index would reject them, and a rejected webhook is lost. */
const MAX_LENGTH = 200;

/** Prepares a verified delivery for storing. */
export function newDelivery(delivery: VerifiedDelivery): NewDelivery {
  const { event } = delivery;
  const announced = announcedBy(event, delivery.connectionId);
  const wrongLists = listsRemovedMembers(event) ? storable(webhookIdOf(event)) : undefined;
  const names = twinNamesOf(event);
  const within = tracer() && context.active();
  return {
    row: deliveryRow(delivery),
    event,
    byContent: isIdentifiedByContent(event),
    ...(announced && { announced }),
    ...(wrongLists !== undefined && { wrongLists }),
    ...(names && { names }),
    ...(within && { within }),
  };
}

function twinNamesOf(event: PlaneEvent): TwinNames | undefined {
  const webhook = storable(webhookIdOf(event));
  const given = hasTwinNames(event);
  return webhook !== '' && (given || lacksTwinName(event)) ? { webhook, given } : undefined;
}

/** The change that a delivery announces, as it can be stored: that of another connection is another one. */
export function announcedBy(event: PlaneEvent, connectionId = DEFAULT_CONNECTION): AnnouncedChange | undefined {
  const change = announcedChangeOf(event);
  if (!change) return undefined;
  const { group, field, actor, members } = change;
  return {
    ...change,
    group: ofConnection(connectionId) + group,
    field: storable(field),
    actor: storable(actor),
    members: members.map(storable),
  };
}

/** The row of a new delivery. The database sets its id and time by its own clock. */
function deliveryRow(delivery: VerifiedDelivery): DeliveryEntity {
  const { event, body, headers, secretFingerprint, connectionId = DEFAULT_CONNECTION } = delivery;
  return {
    id: uuid({ msecs: event.receivedAt.getTime() }),
    key: storable(`${ofConnection(connectionId)}${event.workspaceId}:${deliveryKey(event)}`),
    connectionId,
    ...columnsOf(event),
    body,
    headers,
    secretFingerprint,
    receivedAt: event.receivedAt,
  };
}

/** Two apps get the same event of a workspace: each is another delivery, and another change. @returns a prefix of keys */
export function ofConnection(connectionId: string): string {
  return connectionId === DEFAULT_CONNECTION ? '' : `${connectionId}/`;
}

/** The columns that the event is found by. */
export function columnsOf(
  event: PlaneEvent,
): Pick<DeliveryEntity, 'workspaceId' | 'eventName' | 'source' | 'entityId' | 'workItemId'> {
  return {
    workspaceId: storable(event.workspaceId),
    eventName: storable(event.name),
    source: event.source,
    entityId: storedEntityId(event),
    workItemId: workItemIdOf(event),
  };
}

/** The text itself where PostgreSQL and its indexes can store it, else its beginning and a hash that keeps it distinct. */
export function storable(text: string): string {
  if (postgresText(text, MAX_LENGTH) === text) return text;
  const hash = createHash('sha256').update(Buffer.from(text, 'utf16le')).digest('hex');
  return `${postgresText(text, MAX_LENGTH - hash.length - 1)}~${hash}`;
}

/** Of a prompt, its run: all events of a run are found, and run in order, by one id. */
function storedEntityId({ entityId, agentRun }: PlaneEvent): string | null {
  const id = agentRun?.id ?? entityId;
  return id === '' ? null : storable(id);
}

/** The work item where it is not the entity itself, as for v1's comments. */
function workItemIdOf({ entityId, workItem }: PlaneEvent): string | null {
  return workItem && workItem.id !== '' && workItem.id !== entityId ? storable(workItem.id) : null;
}
