import { registerAs } from '@nestjs/config';
import { type EncryptionKey, encryptionKeys } from '../encryption-key.js';
import { EnvironmentVariable } from '../variable.decorator.js';

/** The keys of secrets at rest. */
export class EncryptionConfig {
  @EnvironmentVariable('HANGAR_ENCRYPTION_KEYS', {
    description: 'Keys of the secrets at rest, `kid:base64 of 32 bytes`, comma separated; the first one encrypts',
    example: '2026a:<the output of: openssl rand -base64 32>',
    defaultText: 'generated once in the data folder (embedded database only)',
    secret: true,
    parse: encryptionKeys,
  })
  encryptionKeys: readonly EncryptionKey[] = [];
}

/** Injects {@link EncryptionConfig} by its `KEY`. */
export const encryptionConfig = registerAs('encryption', () => new EncryptionConfig());
