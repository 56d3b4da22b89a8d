/** Who somebody is, as the identity provider says it. */
export interface Profile {
  /** `OIDC_ISSUER`; `development` for the token that is printed at start. */
  readonly issuer: string;
  readonly subject: string;
  readonly name?: string;
  /** Verified by the provider. */
  readonly email?: string;
}
