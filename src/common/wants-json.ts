/** Whether `Accept` prefers JSON to HTML. */
export function wantsJson(accept = ''): boolean {
  return /\bapplication\/(problem\+)?json\b/.test(accept) && !accept.includes('text/html');
}
