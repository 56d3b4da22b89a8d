import { randomBytes } from 'node:crypto';
import { type Settings } from '../settings.js';

/** The subject of a token: a person in all workspaces, or the app's bot, or a person, in one. */
export interface TokenGrant {
  /** `bot`: of one workspace alone. */
  readonly kind: 'bot' | 'user';
  readonly userId: string;
  /** The bot's workspace; `null` for a person. */
  readonly workspaceId: string | null;
  readonly scope: string;
}

/** Body of a token response, RFC 6749 §5.1. */
export interface TokenAnswer {
  readonly access_token: string;
  readonly token_type: 'Bearer';
  /** Seconds. Plane sometimes omits it. */
  readonly expires_in?: number;
  readonly scope: string;
  readonly refresh_token?: string;
}

interface AccessToken extends TokenGrant {
  expiresAt: number;
}

const newToken = () => randomBytes(24).toString('base64url');

/** Access and refresh tokens, in memory. */
export class TokenStore {
  readonly #access = new Map<string, AccessToken>();
  readonly #refresh = new Map<string, TokenGrant>();
  readonly #apiKeys = new Map<string, TokenGrant>();
  #apiKeysEnabled = true;

  constructor(
    private readonly settings: Settings,
    private readonly now: () => number = Date.now,
  ) {}

  /** A new access token; for a person also a refresh token. */
  issue(grant: TokenGrant): TokenAnswer {
    if (grant.kind === 'bot') return this.#answer(grant);
    return this.#answer(grant, this.#newRefreshToken(grant));
  }

  /** Exchanges a refresh token; a new one invalidates the old one. `undefined` when it is not valid. */
  refresh(refreshToken: string): TokenAnswer | undefined {
    const grant = this.#refresh.get(refreshToken);
    if (!grant) return undefined;
    if (this.settings.sameRefreshToken) return this.#answer(grant, refreshToken);
    this.#refresh.delete(refreshToken);
    return this.#answer(grant, this.#newRefreshToken(grant));
  }

  /** The subject of a valid access token; `undefined` for an unknown or expired one. */
  find(accessToken: string): TokenGrant | undefined {
    const token = this.#access.get(accessToken);
    return token && token.expiresAt > this.now() ? token : undefined;
  }

  /** A personal API key: it acts as the person and does not expire. @param workspaceId the only one of the person */
  addApiKey(key: string, userId: string, workspaceId: string | null = null): void {
    this.#apiKeys.set(key, { kind: workspaceId === null ? 'user' : 'bot', userId, workspaceId, scope: 'read write' });
  }

  /** Makes the API keys invalid, or valid again. */
  switchApiKeys(enabled: boolean): void {
    this.#apiKeysEnabled = enabled;
  }

  /** The owner of an API key; `undefined` for an unknown one. */
  ofApiKey(key: string): TokenGrant | undefined {
    return this.#apiKeysEnabled ? this.#apiKeys.get(key) : undefined;
  }

  /** Ends one access or refresh token; nothing for an unknown one. */
  revoke(token: string): void {
    this.#access.delete(token);
    this.#refresh.delete(token);
  }

  /** Revokes the bot's tokens of a workspace, as an uninstall does; returns how many. */
  revokeBot(workspaceId: string): number {
    const keys = [...this.#access].filter(([, token]) => token.workspaceId === workspaceId).map(([key]) => key);
    for (const key of keys) this.#access.delete(key);
    return keys.length;
  }

  /** Expires valid access tokens now; returns how many. */
  expire(kind?: TokenGrant['kind']): number {
    const live = this.#live().filter((token) => kind === undefined || token.kind === kind);
    for (const token of live) token.expiresAt = this.now();
    return live.length;
  }

  /** How many tokens are valid now. */
  counts(): { bot: number; user: number; refresh: number } {
    const live = this.#live();
    const bot = live.filter((token) => token.kind === 'bot').length;
    return { bot, user: live.length - bot, refresh: this.#refresh.size };
  }

  #live(): AccessToken[] {
    return [...this.#access.values()].filter((token) => token.expiresAt > this.now());
  }

  #newRefreshToken(grant: TokenGrant): string {
    const token = newToken();
    this.#refresh.set(token, grant);
    return token;
  }

  #answer(grant: TokenGrant, refreshToken?: string): TokenAnswer {
    const accessToken = newToken();
    const seconds = this.settings.accessTokenSeconds;
    this.#access.set(accessToken, { ...grant, expiresAt: this.now() + seconds * 1000 });
    return {
      access_token: accessToken,
      token_type: 'Bearer',
      ...(this.settings.omitExpiresIn ? {} : { expires_in: seconds }),
      scope: grant.scope,
      ...(refreshToken === undefined ? {} : { refresh_token: refreshToken }),
    };
  }
}
