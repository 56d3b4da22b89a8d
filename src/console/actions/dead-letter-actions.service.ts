import { Injectable } from '@nestjs/common';
import { type Actor } from '../../audit/actor.js';
import { AuditService } from '../../audit/audit.service.js';
import { DeadLettersService } from '../../queue/dead-letters.service.js';

/** Which dead letters are meant: the newest, of one handler where it is named, those with these ids where they are. */
export interface LetterChoice {
  readonly ids?: readonly string[];
  readonly handler?: string;
  readonly limit: number;
}

/** What an operator does with dead letters, audited. */
@Injectable()
export class DeadLetterActionsService {
  constructor(
    private readonly audit: AuditService,
    private readonly letters: DeadLettersService,
  ) {}

  /** Gives them back to their handlers, with all attempts before them. Resolves with how many; a dry run only counts. */
  async redrive(by: Actor, { ids, handler, limit }: LetterChoice, dryRun = false): Promise<number> {
    const listed = await this.letters.list(limit, handler);
    const chosen = ids === undefined ? listed : listed.filter(({ id }) => ids.includes(id));
    if (dryRun) return chosen.length;
    const details = { ...(handler !== undefined && { handler }), ...(ids && { ids }) };
    return this.audit.audited(
      { by, action: 'dead_letter.redrive', details },
      () => this.letters.redrive(chosen),
      (redriven) => ({ redriven }),
    );
  }
}
