const SUBJECT = /^[\x20-\x7e]{1,255}$/;

/** Whether it can be a subject (OpenID Connect Core §2). Nobody with another one is let in: they could not be disabled. */
export function isSubject(value: unknown): value is string {
  return typeof value === 'string' && SUBJECT.test(value);
}
