import { Injectable } from '@nestjs/common';
import { EncryptJWT, type JWTPayload, jwtDecrypt } from 'jose';
import { HangarConfig } from '../../config/hangar-config.js';

const ISSUER = 'hangar';

/** What a browser keeps for us and cannot read: a JWT within a JWE (RFC 7519 §5.2), with the keys of the secrets at rest. */
@Injectable()
export class SealedCookieService {
  private readonly keys: ReadonlyMap<string, Uint8Array>;
  private readonly currentKeyId: string;

  constructor({ encryptionKeys }: HangarConfig) {
    this.keys = new Map(encryptionKeys.map(({ kid, key }) => [kid, Buffer.from(key.reveal(), 'base64')]));
    this.currentKeyId = encryptionKeys[0]?.kid ?? '';
  }

  /**
   * @param purpose a cookie that was sealed for another one does not open
   * @param lifeSeconds after which it does not open any more
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

  /** `undefined` for whatever is not a cookie of ours, for this purpose, within its time. */
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
      return undefined; // what a browser sends is nobody's fault but its own
    }
  }

  private keyOf(kid: string): Uint8Array {
    const key = this.keys.get(kid);
    if (!key) throw new Error('the key is not configured');
    return key;
  }
}
