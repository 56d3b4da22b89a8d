/** A value of JSON. */
export type JsonValue =
  string | number | boolean | null | readonly JsonValue[] | { readonly [name: string]: JsonValue };

/** The fields of a record, by Plane's names. */
export type Fields = Record<string, JsonValue>;

/** The ids of what a record belongs to, by the parameters of its path: `workspace`, `project`, `item`, `property` … */
export type Place = Readonly<Record<string, string>>;

/** An entity without logic of its own: a state, a label, a cycle, a link … Times are milliseconds since 1970. */
export interface PlaneRecord {
  readonly id: string;
  /** `cycle`; see `api/collections.ts`. */
  readonly kind: string;
  readonly place: Place;
  readonly fields: Fields;
  readonly createdBy: string;
  readonly createdAt: number;
  updatedBy: string;
  updatedAt: number;
}

/** One entry of a work item's history. */
export interface HistoryEntry {
  readonly id: string;
  readonly workItemId: string;
  readonly actorId: string;
  readonly at: number;
  readonly verb: 'created' | 'updated' | 'deleted';
  readonly field: string | null;
  readonly before: string | null;
  readonly after: string | null;
  readonly beforeId: string | null;
  readonly afterId: string | null;
}
