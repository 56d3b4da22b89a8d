import { Injectable } from '@nestjs/common';
import { postgresText } from '../../common/postgres-text.js';
import { unknownHandler } from '../discovery/handler.errors.js';
import { HandlerRegistry } from '../discovery/handler.registry.js';
import { HandlerPausesRepository } from './handler-pauses.repository.js';

const MAX_REASON_LENGTH = 500;
const MAX_NAME_LENGTH = 200;

/** The pause of a handler: no process starts runs of it until it is resumed. */
export interface HandlerPause {
  readonly handler: string;
  readonly pausedAt: Date;
  /** The operator's name. */
  readonly pausedBy: string;
  readonly reason: string | null;
}

/** The result of pausing a handler. */
export interface PausedHandler extends HandlerPause {
  /** It was paused already, and that pause is unchanged. */
  readonly already: boolean;
}

/**
 * Pauses and resumes handlers in all processes: in running ones within 5 s, in others from their start. Runs in progress
 * continue. Waiting events keep their order and attempts, for up to `DELIVERY_RETENTION_DAYS` after receipt.
 */
@Injectable()
export class HandlerPausesService {
  constructor(
    private readonly registry: HandlerRegistry,
    private readonly pauses: HandlerPausesRepository,
  ) {}

  /**
   * A second pause changes nothing.
   *
   * @param by the operator's name
   * @param reason the first 500 characters are kept
   * @throws {DomainError} `handler_unknown`
   */
  async pause(handler: string, by: string, reason?: string): Promise<PausedHandler> {
    this.require(handler);
    const text = postgresText(reason?.trim() ?? '', MAX_REASON_LENGTH);
    return this.pauses.add(handler, postgresText(by, MAX_NAME_LENGTH), text === '' ? null : text);
  }

  /**
   * Also for a handler of an earlier release that is still paused. Resolves with whether it was paused.
   *
   * @throws {DomainError} `handler_unknown`
   */
  async resume(handler: string): Promise<boolean> {
    const removed = await this.pauses.remove(postgresText(handler));
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
