import { causeText } from '../../server/startup-error.js';

/** One thing that was looked at. */
export interface Finding {
  readonly check: string;
  readonly ok: boolean;
  /** What was found. */
  readonly detail: string;
  /** What to do about it. */
  readonly hint?: string;
}

/** Nothing to do. */
export function pass(check: string, detail: string): Finding {
  return { check, ok: true, detail };
}

/** A fault, and what to do about it. */
export function fail(check: string, detail: string, hint?: string): Finding {
  return { check, ok: false, detail, ...(hint !== undefined && { hint }) };
}

/** Looks; what it throws is a finding too, so that one check does not stop the others. */
export async function runCheck(check: string, look: () => Promise<Finding>): Promise<Finding> {
  try {
    return await look();
  } catch (error) {
    return fail(check, causeText(error));
  }
}

/** A check that needs something that is not there. */
export function skipped(check: string, why: string): Finding {
  return fail(check, `not looked at: ${why}`);
}
