import { randomBytes, timingSafeEqual } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { type ConfigType } from '@nestjs/config';
import { Secret } from '../../common/secret.js';
import { operatorsConfig } from '../../config/areas/operators.config.js';
import { serverConfig } from '../../config/areas/server.config.js';

const TOKEN_BYTES = 24;

/** In development without an identity provider: one admin token per process, printed at the start. */
@Injectable()
export class DevelopmentTokenService {
  /** `undefined` with an identity provider and in production. */
  readonly token: Secret | undefined;

  constructor(
    @Inject(operatorsConfig.KEY) { oidcIssuer }: ConfigType<typeof operatorsConfig>,
    @Inject(serverConfig.KEY) { production }: ConfigType<typeof serverConfig>,
  ) {
    this.token =
      oidcIssuer === undefined && !production ? new Secret(randomBytes(TOKEN_BYTES).toString('base64url')) : undefined;
  }

  /** Whether the given text is the token; compares in constant time. */
  accepts(given: string): boolean {
    if (!this.token) return false;
    const [a, b] = [Buffer.from(given), Buffer.from(this.token.reveal())];
    return a.length === b.length && timingSafeEqual(a, b);
  }
}
