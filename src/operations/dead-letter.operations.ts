import { Injectable } from '@nestjs/common';
import { type Actor } from '../audit/actor.js';
import { AuditService } from '../audit/audit.service.js';
import { type DeadLetter, type DeadLetterPlace, DeadLettersService } from '../queue/dead-letters.service.js';

/** Which dead letters: the newest, of one handler or class of handlers where it is given, with these ids where they are given. */
export interface LetterChoice {
  readonly ids?: readonly string[];
  readonly handler?: string;
  /** Default: all that exist at the start. */
  readonly limit?: number;
}

const BATCH = 500;

/** Operations on dead letters, audited. */
@Injectable()
export class DeadLetterOperations {
  constructor(
    private readonly audit: AuditService,
    private readonly letters: DeadLettersService,
  ) {}

  /** Returns them to their handlers with a full set of attempts. Resolves with how many; a dry run only counts. */
  async redrive(by: Actor, choice: LetterChoice, dryRun = false): Promise<number> {
    if (dryRun) return this.each(choice, async (letters) => letters.length);
    const { handler, ids } = choice;
    const details = { ...(handler !== undefined && { handler }), ...(ids && { ids }) };
    return this.audit.audited(
      { by, action: 'dead_letter.redrive', details },
      () => this.each(choice, (letters) => this.letters.redrive(letters)),
      (redriven) => ({ redriven }),
    );
  }

  /** Newest first, so that one that fails again meanwhile is not redriven twice. */
  private async each(
    { limit = Infinity, ...filter }: LetterChoice,
    process: (letters: readonly DeadLetter[]) => Promise<number>,
  ): Promise<number> {
    let [left, processed] = [limit, 0];
    for (let before: DeadLetterPlace | undefined; left > 0;) {
      const page = await this.letters.page(filter, { limit: Math.min(BATCH, left), before });
      processed += await process(page.letters);
      left -= page.letters.length;
      before = page.next;
      if (!before) break;
    }
    return processed;
  }
}
