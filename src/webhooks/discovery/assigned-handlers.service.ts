import { Inject, Injectable } from '@nestjs/common';
import { type ConfigType } from '@nestjs/config';
import { ConfigError } from '../../config/config.error.js';
import { serverConfig } from '../../config/areas/server.config.js';
import { webhooksConfig } from '../../config/areas/webhooks.config.js';
import { handlerHint } from './handler.errors.js';
import { type AnyHandler } from './handler.js';
import { HandlerRegistry } from './handler.registry.js';

const VARIABLE = 'HANGAR_HANDLERS';

/** The handlers that this process runs, by `HANGAR_ROLES` and `HANGAR_HANDLERS`. Events are queued for all handlers. */
@Injectable()
export class AssignedHandlers {
  constructor(
    @Inject(serverConfig.KEY) private readonly server: ConfigType<typeof serverConfig>,
    @Inject(webhooksConfig.KEY) private readonly webhooks: ConfigType<typeof webhooksConfig>,
    private readonly registry: HandlerRegistry,
  ) {}

  /** Whether `HANGAR_HANDLERS` is set. */
  get isRestricted(): boolean {
    return this.webhooks.handlers.length > 0;
  }

  /** Whether this process has the role `worker`. */
  get isWorker(): boolean {
    return this.server.roles.includes('worker');
  }

  /** The handlers that this process runs; none without the role `worker`. */
  all(): AnyHandler[] {
    if (!this.isWorker) return [];
    const all = this.registry.all();
    return this.isRestricted ? all.filter(({ id }) => this.webhooks.handlers.some((name) => selects(name, id))) : all;
  }

  /** @throws {ConfigError} if `HANGAR_HANDLERS` contains an unknown handler */
  requireKnown(): void {
    const ids = this.registry.all().map(({ id }) => id);
    const known = [...new Set(ids.flatMap((id) => [id, classOf(id)]))];
    const unknown = this.webhooks.handlers.filter((name) => !known.includes(name));
    if (unknown.length === 0) return;
    const errors = unknown.map((name) => ({
      name: VARIABLE,
      problem: `names ${JSON.stringify(name)}, which is no handler and no class of handlers; ${handlerHint(name, known)}`,
      example: ids[0] ?? '',
    }));
    throw new ConfigError(errors);
  }
}

/** The name of a class selects all of its methods; that of a method all of its decorators. */
function selects(name: string, id: string): boolean {
  return name === id || id.startsWith(`${name}.`);
}

function classOf(id: string): string {
  return id.slice(0, id.indexOf('.'));
}
