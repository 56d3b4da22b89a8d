/** Time format of Plane's API and v1 webhooks: `2026-03-31T11:44:41.249000Z` (microseconds, `Z`). */
export function planeTime(epochMs: number): string {
  return new Date(epochMs).toISOString().replace('Z', '000Z');
}

/** Time format of v2 webhooks: `2026-03-31T11:44:41.249000+00:00`. */
export function planeTimeWithOffset(epochMs: number): string {
  return new Date(epochMs).toISOString().replace('Z', '000+00:00');
}
