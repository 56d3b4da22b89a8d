import { Injectable } from '@nestjs/common';
import { type LifecycleEventName } from '../../lifecycle/lifecycle-event.js';
import { handlerRefused } from './handler.errors.js';
import { doubleHandlerMessage } from './handler.messages.js';
import { type AnyHandler, type Handler, type LifecycleHandler } from './handler.js';

/** Every handler of the process, by id. */
@Injectable()
export class HandlerRegistry {
  private readonly handlers = new Map<string, AnyHandler>();

  /** @throws {DomainError} where the id is taken */
  add(handler: AnyHandler): void {
    if (this.handlers.has(handler.id)) throw handlerRefused(doubleHandlerMessage(handler.id));
    this.handlers.set(handler.id, handler);
  }

  all(): AnyHandler[] {
    return [...this.handlers.values()];
  }

  /** The handlers that want an event of Plane of that name. */
  matching(eventName: string): Handler[] {
    return this.all().filter(
      (handler): handler is Handler => handler.kind === 'plane' && handler.compiled.matches(eventName),
    );
  }

  /** The handlers that want a lifecycle event of that name. */
  onLifecycle(name: LifecycleEventName): LifecycleHandler[] {
    return this.all().filter(
      (handler): handler is LifecycleHandler => handler.kind === 'lifecycle' && handler.name === name,
    );
  }
}
