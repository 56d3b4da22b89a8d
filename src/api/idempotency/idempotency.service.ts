import { HttpException, Injectable } from '@nestjs/common';
import { DomainError } from '../../common/domain-error.js';
import { keyInUse, keyOfAnother, outcomeUnknown } from '../http/api.errors.js';
import { type FirstRequest, IdempotencyKeysRepository, type StoredAnswer } from './idempotency-keys.repository.js';

/** How long a response is kept for repeated requests. */
export const KEY_LIFE_SECONDS = 86_400;
/** A first request without a response after this time is considered crashed. */
const MAX_RUN_SECONDS = 600;

/** Code of the error of an operation that was done, but whose audit entry failed. */
const DONE_WITHOUT_AUDIT = 'audit_not_booked';

/** Answers a repeated request with the response of the first one (draft-ietf-httpapi-idempotency-key-header). */
@Injectable()
export class IdempotencyService {
  constructor(private readonly keys: IdempotencyKeysRepository) {}

  /**
   * Claims the key for this request. Resolves with the response of the first request that had it; `undefined` for the
   * first.
   *
   * @throws {DomainError} the key belongs to another request; the first one is in progress; its outcome is unknown
   */
  async begin(id: string, request: string): Promise<StoredAnswer | undefined> {
    if (await this.keys.claim(id, request, KEY_LIFE_SECONDS)) return undefined;
    const first = await this.keys.find(id);
    if (!first) throw keyInUse(); // released meanwhile: a retry gets it
    return answerOf(first, request);
  }

  /** Records the response for repeated requests. */
  async answered(id: string, answer: StoredAnswer): Promise<void> {
    await this.keys.answer(id, answer);
  }

  /** Releases the key after an expected error, which had no effect; any other error may have had some. */
  async failed(id: string, error: unknown): Promise<void> {
    const hadNoEffect =
      error instanceof DomainError ? error.code !== DONE_WITHOUT_AUDIT : error instanceof HttpException;
    await (hadNoEffect ? this.keys.release(id) : this.keys.markUnknown(id));
  }
}

function answerOf(
  { request: first, state, status, answer, startedAt, seconds }: FirstRequest,
  request: string,
): StoredAnswer {
  if (first !== request) throw keyOfAnother();
  if (state === 'answered') return { status: status ?? 0, body: answer };
  if (state === 'unknown' || seconds > MAX_RUN_SECONDS) throw outcomeUnknown(startedAt);
  throw keyInUse();
}
