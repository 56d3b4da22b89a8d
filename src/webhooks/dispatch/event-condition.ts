import { serializeError } from '../../common/serialize-error.js';
import { conditionFailed } from '../discovery/handler.errors.js';
import { type Handler } from '../discovery/handler.js';
import { type PlaneEvent } from '../events/plane-event.js';

/**
 * Whether the handler's `when` wants the event.
 *
 * @throws {DomainError} `handler_condition_failed` where it throws or returns no boolean: the run has failed then
 */
export function wantsEvent({ when }: Pick<Handler, 'when'>, event: PlaneEvent): boolean {
  if (!when) return true;
  let wanted: unknown;
  try {
    wanted = when(event);
  } catch (cause) {
    throw Object.assign(conditionFailed(`threw: ${serializeError(cause).message}`), { cause });
  }
  if (typeof wanted === 'boolean') return wanted;
  const returned = wanted instanceof Promise ? 'a promise' : `a value of the type ${typeof wanted}`;
  throw conditionFailed(`returned ${returned}; it must return true or false`);
}
