import { readFileSync } from 'node:fs';
import { type WebhookReceiverService } from '../../src/webhooks/receiver/webhook-receiver.service.js';

/** Releases of the community edition whose webhooks were recorded. */
export const RECORDED_RELEASES = ['v0.26.0', 'v1.0.0', 'v1.3.1'] as const;
/** One of {@link RECORDED_RELEASES}. */
export type RecordedRelease = (typeof RECORDED_RELEASES)[number];

type Json = Record<string, unknown>;

/** A line of a file of recordings. */
interface Line {
  readonly cause: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly secret: string;
  readonly body_base64: string;
}

/** A webhook as it came from the community edition. */
export interface RecordedWebhook {
  readonly release: string;
  /** What was done, in the app or by the API. */
  readonly cause: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly secret: string;
  readonly body: Buffer;
  readonly payload: Json;
}

/** The webhooks of a release, in the order in which they were sent. */
export function recordedWebhooks(release: RecordedRelease): RecordedWebhook[] {
  const text = readFileSync(new URL(`../fixtures/ce/${release}.jsonl`, import.meta.url), 'utf8');
  return text
    .trim()
    .split('\n')
    .map((line) => {
      const { cause, headers, secret, body_base64: encoded } = JSON.parse(line) as Line;
      const body = Buffer.from(encoded, 'base64');
      return { release, cause, headers, secret, body, payload: JSON.parse(body.toString()) as Json };
    });
}

/** Sends a webhook to the receiver. Resolves with the id of its delivery. */
export async function receiveRecorded(
  receiver: WebhookReceiverService,
  { body, headers }: Pick<RecordedWebhook, 'body' | 'headers'>,
): Promise<string> {
  const lower = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  const { answer } = await receiver.receive(body, lower);
  return answer.id;
}

/** The records of a payload at any depth. */
function recordsIn(value: unknown): Json[] {
  if (Array.isArray(value)) return value.flatMap(recordsIn);
  if (typeof value !== 'object' || value === null) return [];
  return [value as Json, ...Object.values(value).flatMap(recordsIn)];
}

/** `@bob`, `Todo`, `Sprint 1`: the name by which a record was first known. */
function nameOf({ display_name: person, name }: Json): string | undefined {
  return typeof person === 'string' ? `@${person}` : (name as string | undefined);
}

/**
 * Replaces ids by the names that their entities first had in these webhooks, so that releases can be compared, whose ids
 * differ. An id without a name is `<id>`.
 */
export function namesForIds(webhooks: readonly RecordedWebhook[]): (value: unknown) => unknown {
  const names = new Map<unknown, string>();
  for (const record of webhooks.flatMap(({ payload }) => recordsIn(payload))) {
    const name = nameOf(record);
    if (name !== undefined && !names.has(record['id'])) names.set(record['id'], name);
  }
  const isId = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
  const replaced = (value: unknown): unknown => {
    if (typeof value === 'string') return isId.test(value) ? (names.get(value) ?? '<id>') : value;
    if (Array.isArray(value)) return value.map(replaced);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, replaced(each)]));
  };
  return replaced;
}
