import 'reflect-metadata';
import { declareHandlers } from '../webhooks/discovery/declared-handlers.js';
import { type TaskMethod, type TaskOptions } from './task.js';

/** The metadata key of the decorator's arguments. */
export const TASK_METADATA = Symbol('hangar:on-task');

/** The decorator's arguments. */
export interface TaskMetadata {
  readonly name: string;
  readonly options: TaskOptions;
}

/**
 * Calls the method for tasks of this name, when they are due: see `context.tasks.schedule`. It runs at least once for each
 * task, with retries and dead letters as with `@OnPlaneEvent`. Two methods for one name fail the start.
 */
export function OnTask(name: string, options: TaskOptions = {}) {
  return <M extends TaskMethod>(
    prototype: object,
    _name: string | symbol,
    method: TypedPropertyDescriptor<M>,
  ): void => {
    declareHandlers(prototype);
    const metadata: TaskMetadata = { name, options };
    if (!method.value) return;
    if (Reflect.hasMetadata(TASK_METADATA, method.value))
      throw new TypeError(`${method.value.name} has two @OnTask: write a method for each`);
    Reflect.defineMetadata(TASK_METADATA, metadata, method.value);
  };
}
