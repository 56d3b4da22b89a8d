/** Whether `Accept` asks for JSON and not for a page. */
export function wantsJson(accept = ''): boolean {
  return /\bapplication\/(problem\+)?json\b/.test(accept) && !accept.includes('text/html');
}
