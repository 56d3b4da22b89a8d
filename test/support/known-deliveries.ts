import { randomUUID } from 'node:crypto';
import { type DeliveryFilter } from '../../src/webhooks/deliveries/delivery-filter.js';
import { OUTCOME_STATES, type OutcomeState } from '../../src/webhooks/deliveries/outcome.js';
import { idOf } from './stored-deliveries.js';

/** More than the lists go through before they join conditions. */
export const COUNT = 5000;
/** Names of handlers that may have taken a delivery up, or have a job of it. */
export const HANDLERS = ['Alpha.run', 'Beta.run'] as const;
/** Ids of workspaces, the first one's the most frequent. */
export const WORKSPACES = Array.from({ length: 4 }, randomUUID);
/** Connections that all deliveries come by, but for a few of the oldest. */
const CONNECTIONS = ['default', 'cloud'];
const ENTITIES = Array.from({ length: 50 }, randomUUID);
const EVENTS = ['workitem.created', 'workitem.updated', 'workitem.comment.created', 'project.created'];
/** Every minute two of them arrive. */
export const STEP_MS = 60_000;
/** When the first one arrived, in milliseconds. */
export const FIRST_AT = Math.floor(Date.now() / STEP_MS - COUNT) * STEP_MS;

/** A delivery as the expectation knows it. */
export interface KnownDelivery {
  readonly id: string;
  readonly at: Date;
  readonly workspaceId: string;
  readonly connectionId: string;
  readonly eventName: string;
  readonly entityId: string;
  readonly texts: readonly string[];
  readonly outcomes: ReadonlyMap<string, OutcomeState>;
  readonly waitsAt: ReadonlySet<string>;
}

/** Numbers that look random and are the same each time. */
export function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7f_ff_ff_ff;
    return (state >> 8) % below;
  };
}

/** The newest last. What is rare is in the oldest alone, so that going through the newest does not find it. */
export function known(index: number, random: (below: number) => number): KnownDelivery {
  const at = new Date(FIRST_AT + Math.floor(index / 2) * STEP_MS);
  const old = index < 200;
  const outcomes = new Map<string, OutcomeState>();
  for (const handler of HANDLERS)
    if (random(10) > 1) outcomes.set(handler, old ? (OUTCOME_STATES[random(7)] ?? 'handled') : 'handled');
  const waits = random(5) === 0 || old ? HANDLERS.filter(() => random(2) === 0) : [];
  return {
    id: idOf(at),
    at,
    workspaceId: WORKSPACES[Math.min(random(4), random(4))] ?? '',
    connectionId: old && index % 3 === 0 ? 'rare' : (CONNECTIONS[index % 2] ?? ''),
    eventName: EVENTS[random(4)] ?? '',
    entityId: ENTITIES[random(50)] ?? '',
    texts: ['Häufiges Wort', `Nummer ${index % 100}`, ...(old && index % 7 === 0 ? ['seltene Brücke'] : [])],
    outcomes,
    waitsAt: new Set(waits),
  };
}

/** A payload with its texts. */
export function bodyOf({ texts: [name, number, ...rest], entityId }: KnownDelivery): string {
  const data = {
    id: entityId,
    name,
    description_html: `<p>${number}</p>`,
    labels: rest,
    updated_at: '2026-01-01T00:00Z',
  };
  return JSON.stringify({ version: 'v2', event_id: randomUUID(), data });
}

/** Searches, and which deliveries each finds. */
export const FOUND_BY: Record<string, (each: KnownDelivery) => boolean> = {
  'haufiges WO': () => true,
  '"nummer 42"': ({ texts }) => texts.includes('Nummer 42'),
  'Wort nummer 7': ({ texts }) => texts[1]?.startsWith('Nummer 7') ?? false,
  brück: ({ texts }) => texts.includes('seltene Brücke'),
  '"brücke seltene"': () => false,
  [ENTITIES[3] ?? '']: ({ entityId }) => entityId === ENTITIES[3],
  [(WORKSPACES[2] ?? '').toUpperCase()]: ({ workspaceId }) => workspaceId === WORKSPACES[2],
};

/** Whether a filter lets it through. */
export function meets(
  each: KnownDelivery,
  { event, workspaceId, connection, state, handler, since, until, text }: DeliveryFilter,
): boolean {
  if (event !== undefined && each.eventName !== event) return false;
  if (workspaceId !== undefined && each.workspaceId !== workspaceId) return false;
  if (connection !== undefined && each.connectionId !== connection) return false;
  if (since && each.at < since) return false;
  if (until && each.at >= until) return false;
  if (text !== undefined && !FOUND_BY[text]?.(each)) return false;
  if (state === 'waiting') return handler === undefined ? each.waitsAt.size > 0 : each.waitsAt.has(handler);
  if (state === undefined && handler === undefined) return true;
  return [...each.outcomes].some(([at, is]) => at === (handler ?? at) && is === (state ?? is));
}
