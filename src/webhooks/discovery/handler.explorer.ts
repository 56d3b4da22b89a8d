import { Injectable, type OnModuleInit } from '@nestjs/common';
import { LIFECYCLE_EVENTS, type LifecycleEventName } from '../../lifecycle/lifecycle-event.js';
import { commandOf } from '../commands/command.js';
import { compileEventPatterns } from '../events/event-pattern.js';
import { unprovidedClasses } from './declared-handlers.js';
import { type Host, validatedHandler } from './decorated-methods.js';
import { unprovidedHandlers } from './handler.errors.js';
import { type AnyHandler } from './handler.js';
import { HandlerClasses } from './handler-classes.js';
import { resolveHandlerOptions } from './handler-options.js';
import { HandlerRegistry } from './handler.registry.js';
import { type Registration, registrationsOf } from './registrations.js';

const COMMAND_EVENT = 'workitem.comment.created';

/** Registers the decorated methods of all providers and controllers when the process starts. */
@Injectable()
export class HandlerExplorer implements OnModuleInit {
  constructor(
    private readonly classes: HandlerClasses,
    private readonly registry: HandlerRegistry,
  ) {}

  /** @throws {DomainError} that names the `Class.method` of an invalid handler */
  onModuleInit(): void {
    for (const { host, name, method } of this.classes.methods())
      for (const [index, registration] of registrationsOf(method).entries())
        this.registry.add(
          validatedHandler(host, name, (id, instance) => handlerOf(id, instance, name, registration), index + 1),
        );
  }

  /**
   * Call it when the process has started. A class that is loaded but provided by no module gets no events, silently.
   *
   * @throws {DomainError} that names the classes
   */
  requireProvided(): void {
    const missing = unprovidedClasses(this.classes.instances());
    if (missing.length > 0) throw unprovidedHandlers(missing);
  }
}

function handlerOf(id: string, instance: Host, method: string, registration: Registration): AnyHandler {
  const call = (event: unknown, context: unknown): unknown => instance[method]?.(event, context);
  const options = resolveHandlerOptions(registration.options);
  if (registration.kind === 'lifecycle') {
    const name = knownLifecycleEvent(registration.name);
    return { kind: 'lifecycle', id, pattern: name, name, options, run: call };
  }
  if (registration.kind === 'command') {
    const { declaration } = registration;
    const compiled = compileEventPatterns([COMMAND_EVENT]);
    return { kind: 'plane', id, pattern: declaration.name, compiled, options, ...commandOf(declaration, call) };
  }
  const { patterns, when } = registration;
  const pattern = patterns.join(', ');
  return {
    kind: 'plane',
    id,
    pattern,
    compiled: compileEventPatterns(patterns),
    options,
    run: call,
    ...(when && { when }),
  };
}

function knownLifecycleEvent(name: LifecycleEventName): LifecycleEventName {
  if (LIFECYCLE_EVENTS.includes(name)) return name;
  throw new TypeError(`"${name}" is not a lifecycle event; they are ${LIFECYCLE_EVENTS.join(', ')}`);
}
