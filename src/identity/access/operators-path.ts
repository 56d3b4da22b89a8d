/** Whether a path belongs to the console or the API. */
export function isOperatorsPath(path: string): boolean {
  return /^\/?(?:console|api)(?:\/|$)/.test(path);
}
