import { Logger } from '@nestjs/common';

/** The hook of Nest that each instance gets when its application has started. */
const HOOK = 'onApplicationBootstrap';

type Hook = (this: object) => unknown;
type Hooked = { readonly [HOOK]?: Hook };

/** The classes whose methods have a decorator of Hangar, by prototype; those that are loaded in this process. */
const DECLARED = new Set<object>();
/** The instances whose handlers a Hangar of this process has found. */
const FOUND = new WeakSet<object>();
/** The classes that were warned about. */
const WARNED = new Set<object>();

const logger = new Logger('Hangar');

/**
 * Called by the decorators, with the prototype of the class. From then on an instance warns when its application starts
 * without a Hangar that has found it: its handlers would do nothing, silently.
 */
export function declareHandlers(prototype: object): void {
  if (DECLARED.has(prototype)) return;
  DECLARED.add(prototype);
  warnAtBootstrap(prototype);
}

/** Whether methods of the class, or of one that it extends, have a decorator of Hangar. */
export function hasHandlers(prototype: object): boolean {
  return [...DECLARED].some((declared) => declared === prototype || isPrototypeOf(declared, prototype));
}

/** The handlers of the instance will be called. */
export function markFound(instance: object): void {
  FOUND.add(instance);
}

/** The names of the loaded classes with handlers of which none of the instances is one, or a subclass's. */
export function unprovidedClasses(instances: readonly object[]): string[] {
  const missing = [...DECLARED].filter(
    (prototype) => !instances.some((instance) => isPrototypeOf(prototype, instance)),
  );
  return missing.map((prototype) => prototype.constructor.name).toSorted();
}

/** Forgets all classes: for tests that start a server with other handlers than those that are loaded. */
export function forgetDeclaredHandlers(): void {
  DECLARED.clear();
}

function isPrototypeOf(prototype: object, object: object): boolean {
  return Object.prototype.isPrototypeOf.call(prototype, object);
}

/** By Nest's own hook, so that nothing must be timed: it runs once everything that could find the instance has run. */
function warnAtBootstrap(prototype: object): void {
  const own = Object.getOwnPropertyDescriptor(prototype, HOOK)?.value as Hook | undefined;
  const hook: Hook = function hook() {
    if (!FOUND.has(this)) warnOnce(this.constructor);
    const next = own ?? (Object.getPrototypeOf(prototype) as Hooked)[HOOK];
    return next?.call(this);
  };
  Object.defineProperty(prototype, HOOK, { value: hook, configurable: true, writable: true });
}

function warnOnce(type: { readonly name: string }): void {
  if (WARNED.has(type)) return;
  WARNED.add(type);
  logger.warn(
    `${type.name} has handlers of Hangar, and nothing in this application calls them: ` +
      'import HangarModule.forRoot() into its root module, or start it with runHangar({ imports })',
  );
}
