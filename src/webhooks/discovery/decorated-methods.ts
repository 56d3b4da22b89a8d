import { type DiscoveryService, type MetadataScanner } from '@nestjs/core';
import { type InstanceWrapper } from '@nestjs/core/injector/instance-wrapper.js';
import { invalidHandler } from './handler.errors.js';

type Method = (...args: unknown[]) => unknown;
/** An instance with methods that may be decorated. */
export type Host = Record<string, Method>;

/** A method that may be decorated as a handler. */
export interface HostedMethod {
  readonly host: InstanceWrapper;
  readonly name: string;
  readonly method: Method;
}

const QUEUE_NAME = /^[\w$.]{1,100}$/;

/** The methods of all providers and controllers. */
export function* decoratedMethods(discovery: DiscoveryService, scanner: MetadataScanner): Generator<HostedMethod> {
  const hosts = [...discovery.getProviders(), ...discovery.getControllers()];
  for (const host of hosts.filter(({ isAlias }) => !isAlias)) {
    const instance: unknown = host.instance;
    if (typeof instance !== 'object' || instance === null) continue;
    const prototype = Object.getPrototypeOf(instance) as Host | null;
    if (!prototype || prototype === Object.prototype) continue;
    for (const name of scanner.getAllMethodNames(prototype)) yield { host, name, method: prototype[name] as Method };
  }
}

/**
 * Makes a handler of a decorated method.
 *
 * @param make gets the handler's id, `Class.method`; `Class.method.2` for the method's second decorator
 * @param position of the decorator among those of the method
 * @throws {DomainError} that names `Class.method` and the problem
 */
export function validatedHandler<T>(
  host: InstanceWrapper,
  method: string,
  make: (id: string, instance: Host) => T,
  position = 1,
): T {
  const instance = host.instance as Host;
  const id = `${instance.constructor.name}.${method}${position > 1 ? `.${position}` : ''}`;
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
