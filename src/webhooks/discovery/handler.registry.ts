import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { type LifecycleEventName } from '../../lifecycle/lifecycle-event.js';
import { invalidHandler } from './handler.errors.js';
import { type AnyHandler, type Handler, type LifecycleHandler } from './handler.js';

const MAX_CACHED_NAMES = 1000;

/** Every handler of the process, by id. */
@Injectable()
export class HandlerRegistry {
  private readonly handlers = new Map<string, AnyHandler>();
  /** By event name; bounded, since names come from outside. */
  private readonly matches = new LRUCache<string, Handler[]>({ max: MAX_CACHED_NAMES });

  /** @throws {DomainError} if the id is taken */
  add(handler: AnyHandler): void {
    const { id } = handler;
    if (this.handlers.has(id))
      throw invalidHandler(
        `There are two event handlers ${id}. The id names the handler's queue: rename one of the classes.`,
      );
    this.requireOnlyCommand(handler);
    this.handlers.set(id, handler);
    this.matches.clear();
  }

  /** A command that two handlers answered would be answered twice. */
  private requireOnlyCommand({ id, pattern }: AnyHandler): void {
    const isCommand = (text: string): boolean => text.startsWith('/');
    const other = this.all().find((each) => each.pattern.toLowerCase() === pattern.toLowerCase());
    if (other && isCommand(pattern))
      throw invalidHandler(`${other.id} and ${id} are both the command ${pattern}. Rename one of the commands.`);
  }

  all(): AnyHandler[] {
    return [...this.handlers.values()];
  }

  /** The handlers of this Plane event. */
  matching(eventName: string): Handler[] {
    const cached = this.matches.get(eventName);
    if (cached) return cached;
    const matching = this.all().filter(
      (handler): handler is Handler => handler.kind === 'plane' && handler.compiled.matches(eventName),
    );
    this.matches.set(eventName, matching);
    return matching;
  }

  /** The handlers of this lifecycle event. */
  onLifecycle(name: LifecycleEventName): LifecycleHandler[] {
    return this.all().filter(
      (handler): handler is LifecycleHandler => handler.kind === 'lifecycle' && handler.name === name,
    );
  }
}
