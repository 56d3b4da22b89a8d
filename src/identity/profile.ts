/** Not `.` and `..`: in a URL they are steps, also when they are encoded, so that these subjects could not be disabled. */
const SUBJECT = /^(?!\.{1,2}$)[\x20-\x7e]{1,255}$/;

/** A person's claims at the identity provider. */
export interface Profile {
  /** {@link storedIssuer}. */
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

/**
 * The issuer as it is stored with people, links and sessions: `OIDC_ISSUER` without a final slash, so that the same people are
 * known, and disabled, however it is written; `development` for the development token.
 */
export function storedIssuer(oidcIssuer: string | undefined): string {
  return oidcIssuer?.replace(/\/+$/, '') ?? DEVELOPER.issuer;
}

/** Whether a value can be a subject (OpenID Connect Core §2). Others are rejected: they could not be disabled. */
export function isSubject(value: unknown): value is string {
  return typeof value === 'string' && SUBJECT.test(value);
}
