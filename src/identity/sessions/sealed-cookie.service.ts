import { Inject, Injectable } from '@nestjs/common';
import { type ConfigType } from '@nestjs/config';
import { EncryptJWT, type JWTPayload, jwtDecrypt } from 'jose';
import { encryptionConfig } from '../../config/areas/encryption.config.js';

const ISSUER = 'hangar';

/** Encrypts the values of cookies: a JWT within a JWE (RFC 7519 §5.2), with the keys of the secrets at rest. */
@Injectable()
export class SealedCookieService {
  private readonly keys: ReadonlyMap<string, Uint8Array>;
  private readonly currentKeyId: string;

  constructor(@Inject(encryptionConfig.KEY) { encryptionKeys }: ConfigType<typeof encryptionConfig>) {
    this.keys = new Map(encryptionKeys.map(({ kid, key }) => [kid, Buffer.from(key.reveal(), 'base64')]));
    this.currentKeyId = encryptionKeys[0]?.kid ?? '';
  }

  /**
   * @param purpose a cookie opens only for the purpose that it was sealed for
   * @param lifeSeconds the cookie expires after this time
   */
  async seal(content: JWTPayload, purpose: string, lifeSeconds: number): Promise<string> {
    return new EncryptJWT(content)
      .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', kid: this.currentKeyId })
      .setIssuer(ISSUER)
      .setAudience(purpose)
      .setIssuedAt()
      .setExpirationTime(Math.floor(Date.now() / 1000) + lifeSeconds)
      .encrypt(this.keyOf(this.currentKeyId));
  }

  /** The content; `undefined` if the cookie is not ours, is for another purpose, or has expired. */
  async open(text: string, purpose: string): Promise<JWTPayload | undefined> {
    try {
      const { payload } = await jwtDecrypt(text, ({ kid = '' }) => this.keyOf(kid), {
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

  private keyOf(kid: string): Uint8Array {
    const key = this.keys.get(kid);
    if (!key) throw new Error('the key is not configured');
    return key;
  }
}
