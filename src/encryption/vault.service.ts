import { Inject, Injectable } from '@nestjs/common';
import { type ConfigType } from '@nestjs/config';
import { decodeProtectedHeader } from 'jose/decode/protected_header';
import { JOSEError } from 'jose/errors';
import { type CompactDecryptGetKey, compactDecrypt } from 'jose/jwe/compact/decrypt';
import { CompactEncrypt } from 'jose/jwe/compact/encrypt';
import { Secret } from '../common/secret.js';
import { encryptionConfig } from '../config/areas/encryption.config.js';
import { MetricsService } from '../observability/metrics.service.js';
import { codedError } from '../common/coded-error.js';
import { configuredKey, derivedKey } from './derived-key.js';

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

/** Texts without a format are of releases before it: they are encrypted with the configured key itself. */
const FORMAT = 2;

/** The keys of one configured key, by the format of the text. */
type KeyOf = Readonly<Record<number, Uint8Array>>;

/**
 * Encrypts secrets for the database: JWE in compact form (RFC 7516), direct encryption with A256GCM by a derived key, the id
 * of the configured key in the header. The header also names the row and column of the secret, and the row's version where it
 * has one, and is authenticated: a text that was copied to another row, or back into its row after a change, does not open.
 */
@Injectable()
export class VaultService {
  private readonly keys: ReadonlyMap<string, KeyOf>;
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
    this.keys = new Map(
      encryptionKeys.map((key) => [key.kid, { 1: configuredKey(key), [FORMAT]: derivedKey(key, 'hangar/vault/2') }]),
    );
    this.currentKeyId = encryptionKeys[0]?.kid ?? '';
  }

  /**
   * @param place the row and column, as `tokens/<id>/access_token`
   * @param version of the row that will store the text
   */
  async seal(secret: Secret, place: string, version?: number): Promise<string> {
    const header = { alg: 'dir', enc: 'A256GCM', kid: this.currentKeyId, format: FORMAT, place };
    return new CompactEncrypt(Buffer.from(secret.reveal()))
      .setProtectedHeader({ ...header, ...(version !== undefined && { version }) })
      .encrypt(this.keyOf(this.currentKeyId, FORMAT, place));
  }

  /**
   * @param version of the row; texts of earlier releases are not bound to it
   * @throws {DomainError} the key is not configured; the text was changed, or belongs to another row or version
   */
  async open(text: string, place: string, version?: number): Promise<Secret> {
    try {
      const keyOf: CompactDecryptGetKey = (header) => this.keyOf(header?.kid ?? '', formatOf(header), place);
      const { plaintext, protectedHeader } = await compactDecrypt(text, keyOf, {
        keyManagementAlgorithms: ['dir'],
        contentEncryptionAlgorithms: ['A256GCM'],
      });
      const isOfRow = formatOf(protectedHeader) < FORMAT || protectedHeader['version'] === version;
      if (protectedHeader['place'] !== place || !isOfRow) throw this.changed(place);
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

  /** Whether a text is encrypted with the first key and in the format of this release. */
  isCurrent(text: string): boolean {
    try {
      const header = decodeProtectedHeader(text);
      return header.kid === this.currentKeyId && formatOf(header) === FORMAT;
    } catch {
      return false;
    }
  }

  private keyOf(kid: string, format: number, place: string): Uint8Array {
    const keys = this.keys.get(kid);
    if (!keys) {
      this.unreadable.add(1, { reason: 'missing_key' });
      throw unknownKey(kid, place);
    }
    const key = keys[format];
    if (!key) throw this.changed(place);
    return key;
  }

  private changed(place: string): Error {
    this.unreadable.add(1, { reason: 'changed' });
    return unreadableSecret(place);
  }
}

function formatOf(header: Readonly<Record<string, unknown>> | undefined): number {
  const format = header?.['format'] ?? 1;
  return typeof format === 'number' ? format : Number.NaN;
}
