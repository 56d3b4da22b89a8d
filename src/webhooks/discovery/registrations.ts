import 'reflect-metadata';
import { type LifecycleEventName } from '../../lifecycle/lifecycle-event.js';
import { type CommandDeclaration } from '../commands/command.js';
import { type PlaneEvent } from '../events/plane-event.js';
import { declareHandlers } from './declared-handlers.js';
import { type HandlerOptions } from './handler-options.js';

const REGISTRATIONS = Symbol('hangar:handlers');

/** The arguments of one decorator. */
export type Registration =
  | {
      readonly kind: 'plane';
      readonly patterns: readonly string[];
      readonly options: HandlerOptions;
      readonly when?: (event: PlaneEvent) => boolean;
    }
  | { readonly kind: 'command'; readonly declaration: CommandDeclaration; readonly options: HandlerOptions }
  | { readonly kind: 'lifecycle'; readonly name: LifecycleEventName; readonly options: HandlerOptions };

/** Adds the arguments of a decorator to the method: each decorator of a method is a handler of its own. */
export function addRegistration(prototype: object, method: object | undefined, registration: Registration): void {
  declareHandlers(prototype);
  // The decorators of a method are applied from the last to the first.
  if (method) Reflect.defineMetadata(REGISTRATIONS, [registration, ...registrationsOf(method)], method);
}

/** The arguments of the method's decorators, from the first to the last as they are written; mostly none. */
export function registrationsOf(method: object): readonly Registration[] {
  return (Reflect.getOwnMetadata(REGISTRATIONS, method) as readonly Registration[] | undefined) ?? [];
}
