import { Injectable } from '@nestjs/common';
import { type Actor } from '../audit/actor.js';
import { AuditService } from '../audit/audit.service.js';
import { HandlerPausesService, type PausedHandler } from '../webhooks/pauses/handler-pauses.service.js';

/** What an operator does with handlers, audited. */
@Injectable()
export class HandlerOperations {
  constructor(
    private readonly audit: AuditService,
    private readonly pauses: HandlerPausesService,
  ) {}

  /**
   * Has a handler take nothing new, in all processes within 5 s. Where it is paused already that pause holds on.
   *
   * @throws {DomainError} `handler_unknown`
   */
  async pause(by: Actor, handler: string, reason?: string): Promise<PausedHandler> {
    return this.audit.audited(
      { by, action: 'handler.pause', target: `handler/${handler}`, details: { ...(reason && { reason }) } },
      () => this.pauses.pause(handler, by.name ?? by.id, reason),
      ({ already }) => ({ already }),
    );
  }

  /**
   * Has it take up its work again, within 5 s. Resolves with whether it was paused.
   *
   * @throws {DomainError} `handler_unknown`
   */
  async resume(by: Actor, handler: string): Promise<boolean> {
    return this.audit.audited(
      { by, action: 'handler.resume', target: `handler/${handler}` },
      () => this.pauses.resume(handler),
      (wasPaused) => ({ wasPaused }),
    );
  }
}
