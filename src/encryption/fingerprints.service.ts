import { createHash, createHmac } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { type ConfigType } from '@nestjs/config';
import { type Secret } from '../common/secret.js';
import { encryptionConfig } from '../config/areas/encryption.config.js';
import { derivedKey } from './derived-key.js';

const LENGTH = 12;
const EARLIER_LENGTH = 8;

/**
 * Names secrets in logs, metrics and pages: by the start of an HMAC with a key from `HANGAR_ENCRYPTION_KEYS`. It is the same in
 * all processes, and without the key no guess of a secret can be checked.
 */
@Injectable()
export class FingerprintsService {
  private readonly keys: readonly Uint8Array[];

  constructor(@Inject(encryptionConfig.KEY) { encryptionKeys }: ConfigType<typeof encryptionConfig>) {
    this.keys = encryptionKeys.map((key) => derivedKey(key, 'hangar/fingerprints/1'));
  }

  /** 12 hex digits, by the first key. */
  of(secret: Secret): string {
    const [key] = this.keys;
    if (!key) throw new Error('no encryption key is configured');
    return keyed(key, secret);
  }

  /**
   * All that stored rows may call the secret: by each configured key, and by the start of its SHA-256 as earlier releases did.
   */
  known(secret: Secret): string[] {
    const earlier = createHash('sha256').update(secret.reveal()).digest('hex').slice(0, EARLIER_LENGTH);
    return [...this.keys.map((key) => keyed(key, secret)), earlier];
  }
}

/** A stored fingerprint as it may be shown: that of an earlier release would let a guess be checked. */
export function shownFingerprint(stored: string): string {
  return stored.length === LENGTH ? stored : 'of an earlier release';
}

function keyed(key: Uint8Array, secret: Secret): string {
  return createHmac('sha256', key).update(secret.reveal()).digest('hex').slice(0, LENGTH);
}
