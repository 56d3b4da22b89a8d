import { Injectable } from '@nestjs/common';
import { onceInProgress } from '../discovery/handler.errors.js';
import { type HandlerScope, jsonOf, requireKey } from './handler-scope.js';
import { type OnceClaim, OnceRecordsRepository } from './once-records.repository.js';

/** A row may be released between the claim and the read. */
const MAX_CLAIMS = 3;

/** Does work once, over all processes and retries. */
@Injectable()
export class OnceService {
  constructor(private readonly records: OnceRecordsRepository) {}

  /**
   * Does the work, unless it is done: resolves with the result of the run that did it, as JSON makes of it; `undefined` where that
   * is not JSON of at most 64 KiB. Work that throws is not done; what a crash ends is done again.
   *
   * @throws {DomainError} `once_in_progress` while another run does it
   */
  async run<T>(scope: HandlerScope, key: string, claim: OnceClaim, work: () => T | Promise<T>): Promise<T> {
    requireKey(key);
    for (let claims = 0; claims < MAX_CLAIMS; claims += 1) {
      if (await this.records.claim(scope, key, claim)) return this.work(scope, key, claim, work);
      const found = await this.records.find(scope, key);
      if (found?.done) return parsed(found.result) as T;
      if (found) break;
    }
    throw onceInProgress(key);
  }

  private async work<T>(
    scope: HandlerScope,
    key: string,
    { owner }: OnceClaim,
    work: () => T | Promise<T>,
  ): Promise<T> {
    let result: T;
    try {
      result = await work();
    } catch (error) {
      await this.records.release(scope, key, owner);
      throw error;
    }
    const json = jsonOf(result);
    await this.records.finish(scope, key, owner, json);
    return parsed(json ?? null) as T;
  }
}

function parsed(json: string | null): unknown {
  return json === null ? undefined : JSON.parse(json);
}
