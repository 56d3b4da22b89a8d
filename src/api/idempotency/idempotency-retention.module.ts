import { Module } from '@nestjs/common';
import { IdempotencyKeysModule } from './idempotency-keys.module.js';
import { IdempotencyRetentionService } from './idempotency-retention.service.js';

/** The role `scheduler`: deletes expired idempotency keys. */
@Module({
  imports: [IdempotencyKeysModule],
  providers: [IdempotencyRetentionService],
})
export class IdempotencyRetentionModule {}
