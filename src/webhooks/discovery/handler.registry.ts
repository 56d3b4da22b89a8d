import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { type LifecycleEventName } from '../../lifecycle/lifecycle-event.js';
import { handlerRefused } from './handler.errors.js';
import { doubleHandlerMessage } from './handler.messages.js';
import { type AnyHandler, type Handler, type LifecycleHandler } from './handler.js';

const REMEMBERED_NAMES = 1000;

/** Every handler of the process, by id. */
@Injectable()
export class HandlerRegistry {
  private readonly handlers = new Map<string, AnyHandler>();
  /** By event name; names come from outside. */
  private readonly matches = new LRUCache<string, Handler[]>({ max: REMEMBERED_NAMES });

  /** @throws {DomainError} where the id is taken */
  add(handler: AnyHandler): void {
    if (this.handlers.has(handler.id)) throw handlerRefused(doubleHandlerMessage(handler.id));
    this.handlers.set(handler.id, handler);
    this.matches.clear();
  }

  all(): AnyHandler[] {
    return [...this.handlers.values()];
  }

  /** The handlers that want an event of Plane of that name. */
  matching(eventName: string): Handler[] {
    const known = this.matches.get(eventName);
    if (known) return known;
    const matching = this.all().filter(
      (handler): handler is Handler => handler.kind === 'plane' && handler.compiled.matches(eventName),
    );
    this.matches.set(eventName, matching);
    return matching;
  }

  /** The handlers that want a lifecycle event of that name. */
  onLifecycle(name: LifecycleEventName): LifecycleHandler[] {
    return this.all().filter(
      (handler): handler is LifecycleHandler => handler.kind === 'lifecycle' && handler.name === name,
    );
  }
}
