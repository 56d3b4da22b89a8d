import { registerAs } from '@nestjs/config';
import { Max, Min } from '../class-validator.js';
import { integer } from '../parsers.js';
import { EnvironmentVariable } from '../variable.decorator.js';

/** When access tokens are refreshed. */
export class TokensConfig {
  @EnvironmentVariable('TOKEN_REFRESH_MARGIN_SECONDS', {
    description:
      "Refresh a token at the latest this long before its expiry (at most a third of the token's life); most are refreshed earlier, spread at random",
    example: '3600',
    default: '3600',
    parse: integer,
  })
  tokenRefreshMarginSeconds!: number;

  @EnvironmentVariable('TOKEN_DEFAULT_LIFETIME_SECONDS', {
    description: 'Lifetime of a token for which Plane gives none',
    example: '3600',
    default: '3600',
    parse: integer,
  })
  @Min(60, { message: 'must be at least 60' })
  @Max(31_536_000, { message: 'must be at most 31536000, a year' })
  tokenDefaultLifetimeSeconds!: number;
}

/** Injects {@link TokensConfig} by its `KEY`. */
export const tokensConfig = registerAs('tokens', () => new TokensConfig());
