import { Inject, Injectable } from '@nestjs/common';
import { type ConfigType } from '@nestjs/config';
import { decodeProtectedHeader } from 'jose/decode/protected_header';
import { JOSEError } from 'jose/errors';
import { compactDecrypt } from 'jose/jwe/compact/decrypt';
import { CompactEncrypt } from 'jose/jwe/compact/encrypt';
import { Secret } from '../common/secret.js';
import { encryptionConfig } from '../config/areas/encryption.config.js';
import { MetricsService } from '../observability/metrics.service.js';
import { codedError } from '../common/coded-error.js';

/** A secret is encrypted with a key that is not configured. */
const unknownKey = codedError(
  'encryption_key_missing',
  500,
  'An encryption key is missing',
  (kid: string, place: string) =>
    `${place} is encrypted with the key "${kid}", which HANGAR_ENCRYPTION_KEYS does not contain. Add it at the end of the list.`,
);

/** A secret cannot be decrypted, or belongs to another row. */
const unreadableSecret = codedError(
  'secret_unreadable',
  500,
  'A stored secret cannot be read',
  (place: string) =>
    `${place} cannot be decrypted: it was changed, or copied from another row. Install or consent again.`,
);

/**
 * Encrypts secrets for the database: JWE in compact form (RFC 7516), direct encryption with A256GCM, the key's id in the
 * header. The header also names the row and column of the secret and is authenticated: a text that was copied to another
 * row does not open there.
 */
@Injectable()
export class VaultService {
  private readonly keys: ReadonlyMap<string, Uint8Array>;
  /** The id of the key that encrypts. */
  readonly currentKeyId: string;

  private readonly unreadable;

  constructor(@Inject(encryptionConfig.KEY) config: ConfigType<typeof encryptionConfig>, metrics: MetricsService) {
    this.unreadable = metrics.counter(
      'hangar_secrets_unreadable_total',
      'Stored secrets that could not be decrypted: missing_key, or changed (or moved from another row). Alert on any.',
      [{ reason: 'missing_key' }, { reason: 'changed' }],
    );
    const { encryptionKeys } = config;
    this.keys = new Map(encryptionKeys.map(({ kid, key }) => [kid, Buffer.from(key.reveal(), 'base64')]));
    this.currentKeyId = encryptionKeys[0]?.kid ?? '';
  }

  /** @param place the row and column, as `tokens/<id>/access_token` */
  async seal(secret: Secret, place: string): Promise<string> {
    return new CompactEncrypt(Buffer.from(secret.reveal()))
      .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', kid: this.currentKeyId, place })
      .encrypt(this.keyOf(this.currentKeyId, place));
  }

  /** @throws {DomainError} the key is not configured; the text was changed or belongs to another row. */
  async open(text: string, place: string): Promise<Secret> {
    try {
      const { plaintext, protectedHeader } = await compactDecrypt(text, ({ kid = '' }) => this.keyOf(kid, place), {
        keyManagementAlgorithms: ['dir'],
        contentEncryptionAlgorithms: ['A256GCM'],
      });
      if (protectedHeader['place'] !== place) throw this.changed(place);
      return new Secret(Buffer.from(plaintext).toString());
    } catch (error) {
      throw error instanceof JOSEError ? this.changed(place) : error;
    }
  }

  /** The id of the key that a text was encrypted with; empty where the text is not encrypted. */
  keyIdOf(text: string): string {
    try {
      return decodeProtectedHeader(text).kid ?? '';
    } catch {
      return '';
    }
  }

  private keyOf(kid: string, place: string): Uint8Array {
    const key = this.keys.get(kid);
    if (key) return key;
    this.unreadable.add(1, { reason: 'missing_key' });
    throw unknownKey(kid, place);
  }

  private changed(place: string): Error {
    this.unreadable.add(1, { reason: 'changed' });
    return unreadableSecret(place);
  }
}
