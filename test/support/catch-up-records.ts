import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { dataFolder } from './data-folder.js';

/** An event as a handler of `catch-up-server.mjs` received it. */
export interface Handled {
  readonly handledBy: 'takes' | 'refuses' | 'others';
  readonly id: string;
  readonly name: string;
  readonly source: string;
  /** The work item, or the entity itself. */
  readonly entity: string;
  /** When it happened, of a recovered change. */
  readonly at: string | null;
  readonly actor: string | null;
  readonly fields: readonly string[];
}

/** What the handlers of `catch-up-server.mjs` received. */
export class CatchUpRecords {
  /** `RECORD_FILE` of the program. */
  readonly file = join(dataFolder(), 'handled');

  /** In the order in which the handler received them, again where its run was repeated. */
  by(handler: Handled['handledBy']): Handled[] {
    return readFileSync(this.file, 'utf8')
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Handled)
      .filter(({ handledBy }) => handledBy === handler);
  }
}

/** The times of the changes of each work item, in the order in which a handler received them first. */
export function timesByItem(handled: readonly Handled[]): number[][] {
  return [...Map.groupBy(handled, ({ entity }) => entity).values()].map((ofItem) => {
    const first = [...new Map(ofItem.toReversed().map((each) => [each.id, each])).values()].toReversed();
    return first.map(({ at }) => Date.parse(at ?? ''));
  });
}
