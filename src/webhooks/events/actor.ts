import { compact, fieldOf, idOf, isRecord, textOf } from './payload-fields.js';
import { type PlaneActor } from './plane-event.js';

/** The actor, from an id or from v1's user object; `undefined` where neither has an id. */
export function actorOf(value: unknown): PlaneActor | undefined {
  const id = idOf(value);
  if (id === undefined) return undefined;
  if (!isRecord(value)) return { id };
  const text = (field: string) => textOf(fieldOf(value, field));
  return compact({
    id,
    displayName: text('display_name'),
    firstName: text('first_name'),
    lastName: text('last_name'),
    email: text('email'),
    avatarUrl: text('avatar_url') ?? text('avatar'),
  });
}
