/** Values that are refused: by the schema at a place, or by the chart's own checks. `says` is what a person must read. */
export interface WrongValues {
  readonly what: string;
  readonly values: object;
  /** Where the schema finds the fault; absent where only the chart does. */
  readonly at?: string;
  readonly says: readonly string[];
}

/** What the chart's own checks say. */
export const own = (...says: string[]): readonly string[] => [
  'The values of this chart do not go together',
  ...says,
];
