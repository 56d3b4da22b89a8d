const SUBJECT = /^[\x20-\x7e]{1,255}$/;

/** Whether a value can be a subject (OpenID Connect Core §2). Others are rejected: they could not be disabled. */
export function isSubject(value: unknown): value is string {
  return typeof value === 'string' && SUBJECT.test(value);
}
