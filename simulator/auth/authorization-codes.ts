import { randomBytes } from 'node:crypto';

/** RFC 6749 §4.1.2 recommends ten minutes at most. */
const LIFE_MS = 600_000;

/** The grant of a code. */
export interface CodeGrant {
  readonly userId: string;
  readonly redirectUri: string;
  readonly scope: string;
}

/** Authorization codes: each is valid once, for ten minutes, with the redirect URI that it was issued for. */
export class AuthorizationCodes {
  readonly #grants = new Map<string, CodeGrant & { readonly expiresAt: number }>();

  constructor(private readonly now: () => number = Date.now) {}

  issue(grant: CodeGrant): string {
    const code = randomBytes(24).toString('base64url');
    this.#grants.set(code, { ...grant, expiresAt: this.now() + LIFE_MS });
    return code;
  }

  /** Consumes the code. `undefined` when it is unknown, used, expired or issued for another redirect URI. */
  take(code: string, redirectUri: string): CodeGrant | undefined {
    const grant = this.#grants.get(code);
    this.#grants.delete(code);
    if (!grant || grant.expiresAt <= this.now() || grant.redirectUri !== redirectUri) return undefined;
    return grant;
  }
}
