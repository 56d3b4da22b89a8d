import { Injectable } from '@nestjs/common';
import { unknownHandler } from '../discovery/handler.errors.js';
import { HandlerPausesRepository } from './handler-pauses.repository.js';
import { HandlerRegistry } from '../discovery/handler.registry.js';

const MAX_REASON_LENGTH = 500;
const MAX_NAME_LENGTH = 200;

/** That a handler takes nothing new, in no process, until it is resumed. */
export interface HandlerPause {
  readonly handler: string;
  readonly pausedAt: Date;
  /** Who paused it, for people to read. */
  readonly pausedBy: string;
  readonly reason: string | null;
}

/** What came of pausing a handler. */
export interface PausedHandler extends HandlerPause {
  /** It was paused before; that pause holds on as it was. */
  readonly already: boolean;
}

/**
 * Pauses handlers and resumes them, for all processes: those that work follow within 5 s, those that start later begin
 * so. What runs goes on to its end, and what waits goes on waiting, in its order and with its attempts, for up to
 * `DELIVERY_RETENTION_DAYS` from its receipt.
 */
@Injectable()
export class HandlerPausesService {
  constructor(
    private readonly registry: HandlerRegistry,
    private readonly pauses: HandlerPausesRepository,
  ) {}

  /**
   * Pausing what is paused changes nothing.
   *
   * @param by who does it, for people to read
   * @param reason the first 500 characters are kept
   * @throws {DomainError} `handler_unknown`
   */
  async pause(handler: string, by: string, reason?: string): Promise<PausedHandler> {
    this.require(handler);
    const kept = reason === undefined ? '' : textOf(reason.trim(), MAX_REASON_LENGTH);
    return this.pauses.add(handler, textOf(by, MAX_NAME_LENGTH), kept === '' ? null : kept);
  }

  /**
   * Also a handler that this release does not have, where a pause of it is left. Resolves with whether it was paused.
   *
   * @throws {DomainError} `handler_unknown`
   */
  async resume(handler: string): Promise<boolean> {
    const removed = await this.pauses.remove(textOf(handler, handler.length));
    if (!removed) this.require(handler);
    return removed;
  }

  /** Every pause, by handler. */
  async all(): Promise<HandlerPause[]> {
    return this.pauses.all();
  }

  private require(handler: string): void {
    const ids = this.registry.all().map(({ id }) => id);
    if (!ids.includes(handler)) throw unknownHandler(handler, ids);
  }
}

/** PostgreSQL's text holds no NUL and no half surrogate. */
function textOf(text: string, longest: number): string {
  return text.replaceAll('\0', '').slice(0, longest).toWellFormed();
}
