import {
  canonicalEventName,
  EVENT_NAMES,
  type EventAlias,
  type EventName,
  respell,
  type V1Families,
} from './event-table.js';
import { UnknownEventError } from './unknown-event.error.js';

type Spelling = EventName | EventAlias;

/** A name with `*` for any of its segments: `workitem.created` → `workitem.*`, `*.created`, `*.*` and itself. */
type Starred<S extends string> = S extends `${infer H}.${infer T}` ? `${H | '*'}.${Starred<T>}` : S | '*';

type Prefix<S extends string> = S extends `${infer H}.${infer T}` ? H | `${H}.${Prefix<T>}` : never;

/**
 * The events that a handler can select: a name in v2's or v1's spelling; the same with `*` for any one segment
 * (`workitem.*`, `*.created`); a prefix and `.**` for any depth below it (`workitem.**`); `**` for every event,
 * including names unknown to Hangar.
 */
export type EventPattern = Starred<Spelling> | `${Starred<Prefix<Spelling>>}.**` | '**';

type Respelled<P extends string> = P extends `${infer H}.${infer T}`
  ? H extends keyof V1Families
    ? `${V1Families[H]}.${T}`
    : P
  : P;

type Matches<P extends string, N extends string> = P extends '**'
  ? true
  : P extends `${infer PH}.${infer PT}`
    ? N extends `${infer NH}.${infer NT}`
      ? PH extends NH | '*'
        ? Matches<PT, NT>
        : false
      : false
    : N extends `${string}.${string}`
      ? false
      : P extends N | '*'
        ? true
        : false;

type NamesMatching<P extends string> = {
  [N in EventName]: Matches<P, N> extends true ? N : never;
}[EventName];

/** The names that a pattern matches: of `issue.*`, `workitem.created | workitem.updated | …`. */
export type EventNameOf<P extends EventPattern> = P extends '**' ? EventName : NamesMatching<Respelled<P>>;

/** A parsed pattern. */
export interface CompiledEventPattern {
  /** Whether the pattern matches this name, in any spelling; the name may be unknown to Hangar. */
  matches(name: string): boolean;
  /** The known names that match, in the order of the event table; never empty. */
  readonly names: readonly EventName[];
}

function segmentsMatch(pattern: readonly string[], name: readonly string[]): boolean {
  const deep = pattern.at(-1) === '**';
  const fixed = deep ? pattern.slice(0, -1) : pattern;
  const longEnough = deep ? name.length > fixed.length : name.length === fixed.length;
  return longEnough && fixed.every((segment, index) => segment === '*' || segment === name[index]);
}

const segmentsOf = (name: string): string[] => (canonicalEventName(name) ?? respell(name)).split('.');

function matcherOf(pattern: string): (name: string) => boolean {
  const segments = segmentsOf(pattern);
  return (name) => segmentsMatch(segments, segmentsOf(name));
}

/**
 * Parses an {@link EventPattern}. A name without wildcards may have any spelling that `canonicalEventName` knows. `**` is
 * allowed only at the end.
 *
 * @throws {UnknownEventError} where no known name matches
 */
export function compileEventPattern(pattern: string): CompiledEventPattern {
  const matches = matcherOf(pattern);
  const names = EVENT_NAMES.filter((name) => matches(name));
  if (names.length === 0) throw new UnknownEventError(pattern);
  return { matches, names };
}

/** An event that any of the patterns matches. @throws {UnknownEventError} {@link compileEventPattern} */
export function compileEventPatterns(patterns: readonly string[]): CompiledEventPattern {
  if (patterns.length === 0) throw new TypeError('it names no event');
  const all = patterns.map((pattern) => compileEventPattern(pattern));
  const [only] = all;
  if (only && all.length === 1) return only;
  return {
    matches: (name) => all.some((each) => each.matches(name)),
    names: EVENT_NAMES.filter((name) => all.some(({ names }) => names.includes(name))),
  };
}
