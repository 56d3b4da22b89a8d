import { randomBytes, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Secret } from '../../common/secret.js';
import { HangarConfig } from '../../config/hangar-config.js';

const TOKEN_BYTES = 24;

/** In development without an identity provider: one admin token per process, printed at the start. */
@Injectable()
export class DevelopmentTokenService {
  /** `undefined` with an identity provider and in production. */
  readonly token: Secret | undefined;

  constructor({ oidcIssuer, production }: HangarConfig) {
    this.token =
      oidcIssuer === undefined && !production
        ? new Secret(randomBytes(TOKEN_BYTES).toString('base64url'))
        : undefined;
  }

  /** Whether the given text is the token; compares in constant time. */
  accepts(given: string): boolean {
    if (!this.token) return false;
    const [a, b] = [Buffer.from(given), Buffer.from(this.token.reveal())];
    return a.length === b.length && timingSafeEqual(a, b);
  }
}
