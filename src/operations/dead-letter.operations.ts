import { Injectable } from '@nestjs/common';
import { type Actor } from '../audit/actor.js';
import { AuditService } from '../audit/audit.service.js';
import { type DeadLetter, type DeadLetterPlace, DeadLettersService } from '../queue/dead-letters.service.js';

/** Which dead letters are meant: the newest, of one handler where it is named, those with these ids where they are. */
export interface LetterChoice {
  readonly ids?: readonly string[];
  readonly handler?: string;
  /** At most so many; absent, all that there are when it begins. */
  readonly limit?: number;
}

const BATCH = 500;

/** What an operator does with dead letters, audited. */
@Injectable()
export class DeadLetterOperations {
  constructor(
    private readonly audit: AuditService,
    private readonly letters: DeadLettersService,
  ) {}

  /** Gives them back to their handlers, with all attempts before them. Resolves with how many; a dry run only counts. */
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

  /** From the newest to the oldest, so that one that fails again at once is not met again. */
  private async each(
    { limit = Infinity, ...filter }: LetterChoice,
    take: (letters: readonly DeadLetter[]) => Promise<number>,
  ): Promise<number> {
    let [left, taken] = [limit, 0];
    for (let before: DeadLetterPlace | undefined; left > 0;) {
      const page = await this.letters.page(filter, { limit: Math.min(BATCH, left), before });
      taken += await take(page.letters);
      left -= page.letters.length;
      before = page.next;
      if (!before) break;
    }
    return taken;
  }
}
