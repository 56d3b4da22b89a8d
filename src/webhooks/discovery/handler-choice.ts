/** Whether a handler is what an operator named: `RemindHandler.remind`, or `RemindHandler` for all methods of the class. */
export function isChosen(id: string, choice: string): boolean {
  return id === choice || id.startsWith(`${choice}.`);
}

/** The classes of handlers that have several of them. */
export function classesOf(ids: readonly string[]): string[] {
  const byClass = Map.groupBy(ids, (id) => id.slice(0, id.indexOf('.')));
  return [...byClass].flatMap(([name, own]) => (own.length > 1 ? [name] : []));
}
