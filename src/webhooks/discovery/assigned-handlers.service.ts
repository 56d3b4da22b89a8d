import { Injectable } from '@nestjs/common';
import { ConfigError } from '../../config/config.error.js';
import { HangarConfig } from '../../config/hangar-config.js';
import { handlerHint } from './handler.errors.js';
import { type AnyHandler } from './handler.js';
import { unknownAssignmentMessage } from './handler.messages.js';
import { HandlerRegistry } from './handler.registry.js';

const VARIABLE = 'HANGAR_HANDLERS';

/** The handlers that this process runs, by `HANGAR_ROLES` and `HANGAR_HANDLERS`. Events are queued for all handlers. */
@Injectable()
export class AssignedHandlers {
  constructor(
    private readonly config: HangarConfig,
    private readonly registry: HandlerRegistry,
  ) {}

  /** Whether `HANGAR_HANDLERS` is set. */
  get isRestricted(): boolean {
    return this.config.handlers.length > 0;
  }

  /** Whether this process has the role `worker`. */
  get isWorker(): boolean {
    return this.config.roles.includes('worker');
  }

  /** The handlers that this process runs; none without the role `worker`. */
  all(): AnyHandler[] {
    if (!this.isWorker) return [];
    const all = this.registry.all();
    return this.isRestricted
      ? all.filter(({ id }) => this.config.handlers.some((name) => selects(name, id)))
      : all;
  }

  /** @throws {ConfigError} if `HANGAR_HANDLERS` contains an unknown handler */
  requireKnown(): void {
    const ids = this.registry.all().map(({ id }) => id);
    const known = [...new Set(ids.flatMap((id) => [id, classOf(id)]))];
    const unknown = this.config.handlers.filter((name) => !known.includes(name));
    if (unknown.length === 0) return;
    const errors = unknown.map((name) => ({
      name: VARIABLE,
      problem: unknownAssignmentMessage(name, handlerHint(name, known)),
      example: ids[0] ?? '',
    }));
    throw new ConfigError(errors);
  }
}

/** The name of a class selects all of its methods. */
function selects(name: string, id: string): boolean {
  return name === id || name === classOf(id);
}

function classOf(id: string): string {
  return id.slice(0, id.lastIndexOf('.'));
}
