/** Two handlers have the same id. */
export function duplicateHandlerMessage(id: string): string {
  return `There are two event handlers ${id}. The id names the handler's queue: rename one of the classes.`;
}

/** A handler's class is request-scoped. */
export function requestScopedMessage(id: string): string {
  return `${id} is an event handler in a request-scoped class. Events have no request: make the class a singleton.`;
}

/** The arguments of the decorator are invalid. */
export function badHandlerMessage(id: string, problem: string): string {
  return `The event handler ${id} cannot be used: ${problem}.`;
}

/** `HANGAR_HANDLERS` contains an unknown name. */
export function unknownAssignmentMessage(name: string, hint: string): string {
  return `names ${JSON.stringify(name)}, which is no handler and no class of handlers; ${hint}`;
}

/** The id cannot name a queue. */
export const BAD_ID = 'class and method names may contain letters, digits, "_" and "$" only, 100 characters together';
