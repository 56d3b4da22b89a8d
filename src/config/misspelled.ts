import { nearestNames } from '../common/nearest-name.js';
import { VARIABLES } from './areas.js';

const MAX_DISTANCE = 2;

/** The names in `.env` that resemble a variable of Hangar without being one. Other names may be the app's settings. */
export function misspelledNames(names: readonly string[]): { name: string; meant: string }[] {
  const known = VARIABLES.flatMap(({ name, alias }) => (alias ? [name, alias] : [name]));
  const valid = new Set(known.flatMap((name) => [name, `${name}_FILE`]));
  return names
    .filter((name) => !valid.has(name))
    .flatMap((name) => {
      const [meant] = nearestNames(name, known, MAX_DISTANCE);
      return meant ? [{ name, meant }] : [];
    });
}

/** The warning about a misspelled name. */
export function misspelledMessage({ name, meant }: { name: string; meant: string }): string {
  return `.env sets ${name}, which is not a variable of Hangar. Did you mean ${meant}?`;
}
