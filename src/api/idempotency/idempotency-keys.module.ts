import { Module } from '@nestjs/common';
import { ownEntities } from '../../database/own-entities.js';
import { IdempotencyKeyEntity } from './idempotency-key.entity.js';
import { IdempotencyKeysRepository } from './idempotency-keys.repository.js';

/** The stored idempotency keys. */
@Module({
  imports: [ownEntities([IdempotencyKeyEntity])],
  providers: [IdempotencyKeysRepository],
  exports: [IdempotencyKeysRepository],
})
export class IdempotencyKeysModule {}
