import { Injectable } from '@nestjs/common';
import { handlerRefused } from './handler.errors.js';
import { doubleHandlerMessage } from './handler.messages.js';
import { type Handler } from './handler.js';

/** Every handler of the process, by id. */
@Injectable()
export class HandlerRegistry {
  private readonly handlers = new Map<string, Handler>();

  /** @throws {DomainError} where the id is taken */
  add(handler: Handler): void {
    if (this.handlers.has(handler.id)) throw handlerRefused(doubleHandlerMessage(handler.id));
    this.handlers.set(handler.id, handler);
  }

  all(): Handler[] {
    return [...this.handlers.values()];
  }

  /** The handlers that want an event of that name. */
  matching(eventName: string): Handler[] {
    return this.all().filter(({ compiled }) => compiled.matches(eventName));
  }
}
