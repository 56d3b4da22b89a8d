import { Injectable } from '@nestjs/common';
import { ConfigError } from '../../config/config.error.js';
import { HangarConfig } from '../../config/hangar-config.js';
import { handlerHint } from './handler.errors.js';
import { type AnyHandler } from './handler.js';
import { unknownPoolMessage } from './handler.messages.js';
import { HandlerRegistry } from './handler.registry.js';

const VARIABLE = 'HANGAR_HANDLERS';

/** Which handlers this process works on, by `HANGAR_ROLES` and `HANGAR_HANDLERS`. Jobs are made for all of them. */
@Injectable()
export class AssignedHandlers {
  constructor(
    private readonly config: HangarConfig,
    private readonly registry: HandlerRegistry,
  ) {}

  /** Whether `HANGAR_HANDLERS` says anything. */
  get isNamed(): boolean {
    return this.config.handlers.length > 0;
  }

  /** Whether this process works on handlers at all. */
  get isWorker(): boolean {
    return this.config.roles.includes('worker');
  }

  /** The handlers that this process works on. */
  own(): AnyHandler[] {
    if (!this.isWorker) return [];
    const all = this.registry.all();
    return this.isNamed ? all.filter(({ id }) => this.config.handlers.some((name) => names(name, id))) : all;
  }

  /** @throws {ConfigError} where `HANGAR_HANDLERS` names a handler that this release does not have */
  requireKnown(): void {
    const ids = this.registry.all().map(({ id }) => id);
    const known = [...new Set(ids.flatMap((id) => [id, classOf(id)]))];
    const unknown = this.config.handlers.filter((name) => !known.includes(name));
    if (unknown.length === 0) return;
    const faults = unknown.map((name) => ({
      name: VARIABLE,
      problem: unknownPoolMessage(name, handlerHint(name, known)),
      example: ids[0] ?? '',
    }));
    throw new ConfigError(faults);
  }
}

/** A class stands for all of its methods. */
function names(name: string, id: string): boolean {
  return name === id || name === classOf(id);
}

function classOf(id: string): string {
  return id.slice(0, id.lastIndexOf('.'));
}
