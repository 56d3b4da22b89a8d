import { Module } from '@nestjs/common';
import { IdempotencyKeysModule } from './idempotency-keys.module.js';
import { IdempotencyRetentionService } from './idempotency-retention.service.js';

/** The role `scheduler`: idempotency keys are deleted after their time. */
@Module({
  imports: [IdempotencyKeysModule],
  providers: [IdempotencyRetentionService],
})
export class IdempotencyRetentionModule {}
