import { causeText } from '../../server/startup-error.js';

/** The result of a check. */
export interface Finding {
  readonly check: string;
  readonly ok: boolean;
  /** The observation. */
  readonly detail: string;
  /** What to do about it. */
  readonly hint?: string;
}

/** A passed check. */
export function pass(check: string, detail: string): Finding {
  return { check, ok: true, detail };
}

/** A failed check. @param hint what to do */
export function fail(check: string, detail: string, hint?: string): Finding {
  return { check, ok: false, detail, ...(hint !== undefined && { hint }) };
}

/** Runs a check; an error becomes a failed check, so that the others still run. */
export async function runCheck(check: string, run: () => Promise<Finding>): Promise<Finding> {
  try {
    return await run();
  } catch (error) {
    return fail(check, causeText(error));
  }
}

/** A check that cannot run because another one failed. */
export function skipped(check: string, why: string): Finding {
  return fail(check, `skipped: ${why}`);
}
