import 'reflect-metadata';
import { declareHandlers } from '../webhooks/discovery/declared-handlers.js';
import { type InstallationScheduleMethod, type ScheduleMethod, type ScheduleOptions } from './task.js';

/** The metadata key of the decorator's arguments. */
export const SCHEDULE_METADATA = Symbol('hangar:on-schedule');

/** The decorator's arguments. */
export interface ScheduleMetadata {
  readonly cron: string;
  readonly options: ScheduleOptions;
}

/** Decorates methods of one signature. */
type MethodDecoratorOf<S> = <M extends S>(
  prototype: object,
  name: string | symbol,
  method: TypedPropertyDescriptor<M>,
) => void;

/**
 * Calls the method at the times of a cron expression (minute, hour, day of month, month, day of week), once over all
 * processes. Times that were missed while no process ran are made up for by one run. An invalid expression or time zone fails
 * the start.
 */
export function OnSchedule(
  cron: string,
  options: ScheduleOptions & { readonly each: 'installation' },
): MethodDecoratorOf<InstallationScheduleMethod>;
export function OnSchedule(
  cron: string,
  options?: ScheduleOptions & { readonly each?: undefined },
): MethodDecoratorOf<ScheduleMethod>;
export function OnSchedule(
  cron: string,
  options: ScheduleOptions = {},
): MethodDecoratorOf<(...args: never) => unknown> {
  return (prototype, name, method) => {
    declareHandlers(prototype);
    const metadata: ScheduleMetadata = { cron, options };
    if (!method.value) return;
    if (Reflect.hasMetadata(SCHEDULE_METADATA, method.value))
      throw new TypeError(`${String(name)} has two @OnSchedule: write a method for each`);
    Reflect.defineMetadata(SCHEDULE_METADATA, metadata, method.value);
  };
}
