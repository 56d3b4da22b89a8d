import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { type InstanceWrapper } from '@nestjs/core/injector/instance-wrapper.js';
import { LIFECYCLE_EVENTS, type LifecycleEventName } from '../../lifecycle/lifecycle-event.js';
import { compileEventPattern } from '../events/event-pattern.js';
import { invalidHandler } from './handler.errors.js';
import { type Handler, type LifecycleHandler } from './handler.js';
import { resolveHandlerOptions } from './handler-options.js';
import { HandlerRegistry } from './handler.registry.js';
import { type LifecycleEventMetadata } from './on-lifecycle-event.decorator.js';
import { type PlaneEventMetadata } from './on-plane-event.decorator.js';
import { PlaneEventAccessor } from './plane-event.accessor.js';

type Method = (...args: unknown[]) => unknown;
type Host = Record<string, Method>;

const QUEUE_NAME = /^[\w$.]{1,100}$/;

/** Registers the decorated methods of all providers and controllers when the process starts. */
@Injectable()
export class HandlerExplorer implements OnModuleInit {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    private readonly accessor: PlaneEventAccessor,
    private readonly registry: HandlerRegistry,
  ) {}

  /** @throws {DomainError} that names the `Class.method` of an invalid handler */
  onModuleInit(): void {
    const hosts = [...this.discovery.getProviders(), ...this.discovery.getControllers()];
    for (const host of hosts.filter(({ isAlias }) => !isAlias)) this.explore(host);
  }

  private explore(host: InstanceWrapper): void {
    const instance: unknown = host.instance;
    if (typeof instance !== 'object' || instance === null) return;
    const prototype = Object.getPrototypeOf(instance) as Host | null;
    if (!prototype || prototype === Object.prototype) return;
    for (const name of this.scanner.getAllMethodNames(prototype)) {
      const method = prototype[name] as Method;
      const metadata = this.accessor.metadataOf(method);
      if (metadata) this.registry.add(handlerOf(host, name, metadata));
      const lifecycle = this.accessor.lifecycleMetadataOf(method);
      if (lifecycle) this.registry.add(lifecycleHandlerOf(host, name, lifecycle));
    }
  }
}

function handlerOf(host: InstanceWrapper, method: string, { pattern, options }: PlaneEventMetadata): Handler {
  return validated(host, method, (id, instance) => ({
    kind: 'plane',
    id,
    pattern,
    compiled: compileEventPattern(pattern),
    options: resolveHandlerOptions(options),
    run: (event, context) => instance[method]?.(event, context),
  }));
}

function lifecycleHandlerOf(
  host: InstanceWrapper,
  method: string,
  { name, options }: LifecycleEventMetadata,
): LifecycleHandler {
  return validated(host, method, (id, instance) => ({
    kind: 'lifecycle',
    id,
    pattern: name,
    name: knownLifecycleEvent(name),
    options: resolveHandlerOptions(options),
    run: (event, context) => instance[method]?.(event, context),
  }));
}

function knownLifecycleEvent(name: LifecycleEventName): LifecycleEventName {
  if (LIFECYCLE_EVENTS.includes(name)) return name;
  throw new TypeError(`"${name}" is not a lifecycle event; they are ${LIFECYCLE_EVENTS.join(', ')}`);
}

/** @throws {DomainError} that names `Class.method` and the problem */
function validated<T>(host: InstanceWrapper, method: string, make: (id: string, instance: Host) => T): T {
  const instance = host.instance as Host;
  const id = `${instance.constructor.name}.${method}`;
  const cannotUse = (problem: string): Error => invalidHandler(`The event handler ${id} cannot be used: ${problem}.`);
  if (!host.isDependencyTreeStatic())
    throw invalidHandler(
      `${id} is an event handler in a request-scoped class. Events have no request: make the class a singleton.`,
    );
  if (!QUEUE_NAME.test(id))
    throw cannotUse('class and method names may contain letters, digits, "_" and "$" only, 100 characters together');
  try {
    return make(id, instance);
  } catch (error) {
    throw cannotUse((error as Error).message.replace(/[.?]$/, ''));
  }
}
