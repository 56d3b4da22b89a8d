/** The classes whose methods have a decorator of Hangar, by prototype; those that are loaded in this process. */
const DECLARED = new Set<object>();

/** Called by the decorators, with the prototype of the class. */
export function declareHandlers(prototype: object): void {
  DECLARED.add(prototype);
}

/** The names of the loaded classes with handlers of which none of the instances is one, or a subclass's. */
export function unprovidedClasses(instances: readonly object[]): string[] {
  const missing = [...DECLARED].filter(
    (prototype) => !instances.some((instance) => Object.prototype.isPrototypeOf.call(prototype, instance)),
  );
  return missing.map((prototype) => prototype.constructor.name).toSorted();
}

/** Forgets all classes: for tests that start a server with other handlers than those that are loaded. */
export function forgetDeclaredHandlers(): void {
  DECLARED.clear();
}
