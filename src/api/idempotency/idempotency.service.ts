import { HttpException, Injectable } from '@nestjs/common';
import { DomainError } from '../../common/domain-error.js';
import { keyInUse, keyOfAnother, outcomeUnknown } from './idempotency.errors.js';
import {
  type FirstRequest,
  IdempotencyKeysRepository,
  type StoredAnswer,
} from './idempotency-keys.repository.js';

/** How long an answer is kept for repeats. */
export const KEY_LIFE_SECONDS = 86_400;
/** A first request that is not answered by then is taken for one whose process died. */
const MAX_RUN_SECONDS = 600;

/** It was done, and could not be booked. */
const DONE = 'audit_not_booked';

/** Answers a repeated request as the first one was answered (draft-ietf-httpapi-idempotency-key-header). */
@Injectable()
export class IdempotencyService {
  constructor(private readonly keys: IdempotencyKeysRepository) {}

  /**
   * Takes the key for this request. Resolves with the answer of the first request that had it; `undefined` for the first.
   *
   * @throws {DomainError} the key is another request's; the first one is under way; nobody knows what became of it
   */
  async begin(id: string, request: string): Promise<StoredAnswer | undefined> {
    if (await this.keys.take(id, request, KEY_LIFE_SECONDS)) return undefined;
    const first = await this.keys.find(id);
    if (!first) throw keyInUse(); // freed since then: the caller's next try gets it
    return answerOf(first, request);
  }

  /** Keeps the answer for repeats. */
  async answered(id: string, answer: StoredAnswer): Promise<void> {
    await this.keys.answer(id, answer);
  }

  /**
   * A refusal says that nothing was done, so the key is free again. Of any other failure nobody knows how far it came.
   */
  async failed(id: string, error: unknown): Promise<void> {
    const refused = error instanceof DomainError ? error.code !== DONE : error instanceof HttpException;
    await (refused ? this.keys.free(id) : this.keys.markUnknown(id));
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
