/** A person's claims at the identity provider. */
export interface Profile {
  /** `OIDC_ISSUER`; `development` for the development token. */
  readonly issuer: string;
  readonly subject: string;
  readonly name?: string;
  /** Verified by the provider. */
  readonly email?: string;
}
