/** Not `.` and `..`: in a URL they are steps, also when they are encoded, so that these subjects could not be disabled. */
const SUBJECT = /^(?!\.{1,2}$)[\x20-\x7e]{1,255}$/;

/** A person's claims at the identity provider. */
export interface Profile {
  /** `OIDC_ISSUER`; `development` for the development token. */
  readonly issuer: string;
  readonly subject: string;
  readonly name?: string;
  /** Verified by the provider. */
  readonly email?: string;
}

/** The profile of an operator who uses the development token. */
export const DEVELOPER: Profile & { readonly role: 'admin' } = {
  issuer: 'development',
  subject: 'development',
  name: 'Developer',
  role: 'admin',
};

/** Whether a value can be a subject (OpenID Connect Core §2). Others are rejected: they could not be disabled. */
export function isSubject(value: unknown): value is string {
  return typeof value === 'string' && SUBJECT.test(value);
}
