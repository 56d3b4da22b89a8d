import { randomUUID } from 'node:crypto';

/** Every body has exactly so many bytes, all of them ASCII. */
export const BODY_BYTES = 2048;

/** The name of the event that every body tells of. */
export const EVENT_NAME = 'workitem.updated';

const WORKSPACE_COUNT = 20;
const FILLER = 'The export stops at the second page when the filter has a label in it. '.repeat(30);
const USER_ID = '754009ab-3fb5-424e-909a-b46e9c9d0c4f';
const PROJECT_ID = '59e3be42-87ec-4950-99a3-ae639cf2b089';
const WEBHOOK_ID = '8944ed18-1331-4eae-b9bb-7c40864b8abd';
const STATES = ['067b88e5-304b-4221-ba09-94340dcc36e5', '9b0b2a42-5c0e-4a55-8d43-0c2f2c4f5f11'];
const LABELS = ['f4a1a3a6-8a0c-4c58-9a1b-0d6f6a1f2c01', '2d3b1b1e-6f57-4f07-8f1e-51f7a0b7c902'];

/** The workspaces that the bodies come from in turn. */
export const WORKSPACE_IDS: readonly string[] = Array.from(
  { length: WORKSPACE_COUNT },
  (_, index) => `b54ecb0d-e3eb-4986-b238-${String(index).padStart(12, '0')}`,
);

/** A webhook that is like no other. */
export interface Payload {
  readonly body: string;
  readonly deliveryId: string;
}

/**
 * Plane's v2 payload of an updated work item with ids of its own. Its `data.sequence_id` is the number given, by which
 * a handler finds out which one it has.
 */
export function workItemUpdated(sequence: number): Payload {
  const deliveryId = randomUUID();
  const text = JSON.stringify(record(deliveryId, randomUUID(), sequence));
  const filler = FILLER.slice(0, BODY_BYTES - text.length);
  return { deliveryId, body: text.replace('"text":""', `"text":"${filler}"`) };
}

function record(deliveryId: string, entityId: string, sequence: number): object {
  const workspaceId = WORKSPACE_IDS[sequence % WORKSPACE_COUNT];
  return {
    version: 'v2',
    delivery_id: deliveryId,
    event_id: randomUUID(),
    entity_id: entityId,
    entity_type: 'issue',
    event: EVENT_NAME,
    webhook_id: WEBHOOK_ID,
    workspace_id: workspaceId,
    data: { ...workItem(entityId, sequence), workspace_id: workspaceId },
    previous_attributes: {
      state_id: STATES[1],
      priority: 'low',
      label_ids: LABELS.slice(1),
      updated_at: '2026-03-31 11:44:41.242868+00',
      last_activity_at: '2026-03-31 11:44:41.242868+00',
    },
  };
}

function workItem(id: string, sequence: number): object {
  return {
    id,
    name: 'The export stops at the second page',
    point: null,
    priority: 'high',
    state_id: STATES[0],
    label_ids: LABELS,
    assignee_ids: [USER_ID],
    project_id: PROJECT_ID,
    sort_order: 75_535,
    sequence_id: sequence,
    created_by_id: USER_ID,
    updated_by_id: USER_ID,
    description_json: {
      type: 'doc',
      content: [{ type: 'paragraph', attrs: { textAlign: null }, content: [{ type: 'text', text: '' }] }],
    },
    updated_at: '2026-03-31T11:44:41.249304+00:00',
  };
}
