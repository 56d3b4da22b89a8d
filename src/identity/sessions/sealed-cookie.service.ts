import { Inject, Injectable } from '@nestjs/common';
import { type ConfigType } from '@nestjs/config';
import { EncryptJWT, type JWTPayload, jwtDecrypt } from 'jose';
import { encryptionConfig } from '../../config/areas/encryption.config.js';
import { configuredKey, derivedKey } from '../../encryption/derived-key.js';

const ISSUER = 'hangar';

/** Cookies without a format are of releases before it: they are encrypted with the configured key itself. */
const FORMAT = 2;

/** Encrypts the values of cookies: a JWT within a JWE (RFC 7519 §5.2), with keys of their own. */
@Injectable()
export class SealedCookieService {
  private readonly keys: ReadonlyMap<string, Readonly<Record<number, Uint8Array>>>;
  private readonly currentKeyId: string;

  constructor(@Inject(encryptionConfig.KEY) { encryptionKeys }: ConfigType<typeof encryptionConfig>) {
    this.keys = new Map(
      encryptionKeys.map((key) => [key.kid, { 1: configuredKey(key), [FORMAT]: derivedKey(key, 'hangar/cookies/2') }]),
    );
    this.currentKeyId = encryptionKeys[0]?.kid ?? '';
  }

  /**
   * @param purpose a cookie opens only for the purpose that it was sealed for
   * @param lifeSeconds the cookie expires after this time
   */
  async seal(content: JWTPayload, purpose: string, lifeSeconds: number): Promise<string> {
    return new EncryptJWT(content)
      .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', kid: this.currentKeyId, format: FORMAT })
      .setIssuer(ISSUER)
      .setAudience(purpose)
      .setIssuedAt()
      .setExpirationTime(Math.floor(Date.now() / 1000) + lifeSeconds)
      .encrypt(this.keyOf(this.currentKeyId, FORMAT));
  }

  /** The content; `undefined` if the cookie is not ours, is for another purpose, or has expired. */
  async open(text: string, purpose: string): Promise<JWTPayload | undefined> {
    try {
      const { payload } = await jwtDecrypt(text, ({ kid = '', format = 1 }) => this.keyOf(kid, Number(format)), {
        issuer: ISSUER,
        audience: purpose,
        keyManagementAlgorithms: ['dir'],
        contentEncryptionAlgorithms: ['A256GCM'],
        requiredClaims: ['exp'],
      });
      return payload;
    } catch {
      return undefined; // an invalid cookie counts as none
    }
  }

  private keyOf(kid: string, format: number): Uint8Array {
    const key = this.keys.get(kid)?.[format];
    if (!key) throw new Error('the key is not configured');
    return key;
  }
}
