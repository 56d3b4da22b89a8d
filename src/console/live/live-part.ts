import { type Html } from '../../common/html.js';

/** A part of a page that may change while it is looked at. */
export interface LivePart {
  /** Of the element that it replaces, or that is added where there is none. */
  readonly id: string;
  /** Another with each change that is to be shown. */
  readonly version: string;
  readonly html: Html;
}

/** What of those has changed since they were told, oldest first as lists grow at their top. */
export function changedParts(told: Map<string, string>, parts: readonly LivePart[]): LivePart[] {
  const changed = parts.filter(({ id, version }) => told.get(id) !== version).toReversed();
  told.clear();
  for (const { id, version } of parts) told.set(id, version);
  return changed;
}
