/** Values that are refused: by the schema at a place, or by the chart's own checks. `says` is what a person must read. */
export interface WrongValues {
  readonly what: string;
  readonly values: object;
  /** Where the schema finds the fault; absent where only the chart does. */
  readonly at?: string;
  readonly says: readonly string[];
  /** Whether other faults are not looked for beside it. */
  readonly alone?: true;
}

/** What the chart's own checks say. */
export const own = (...says: string[]): readonly string[] => ['The values of this chart do not go together', ...says];

/** Wrong values in groups that are refused at once, since all faults are listed: by the schema, or else where none sets what another does. */
export function refusedTogether(all: readonly WrongValues[]): WrongValues[][] {
  const groups: WrongValues[][] = [];
  for (const wrong of all) {
    const group = groups.find((others) => others.every((other) => goTogether(other, wrong)));
    if (group) group.push(wrong);
    else groups.push([wrong]);
  }
  return groups;
}

function goTogether(one: WrongValues, other: WrongValues): boolean {
  if (one.alone || other.alone || (one.at === undefined) !== (other.at === undefined)) return false;
  return one.at !== undefined || Object.keys(one.values).every((key) => !(key in other.values));
}
