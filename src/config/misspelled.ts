import { nearestNames } from '../common/nearest-name.js';
import { HangarConfig } from './hangar-config.js';
import { variablesOf } from './variable.decorator.js';

const MAX_DISTANCE = 2;

/**
 * The names of an `.env` file that are most likely misspelt: nearly a variable of ours, but none. Other
 * names may be the app's own.
 */
export function misspelledNames(names: readonly string[]): { name: string; meant: string }[] {
  const known = variablesOf(HangarConfig.prototype).flatMap(({ name, alias }) =>
    alias ? [name, alias] : [name],
  );
  const spelt = new Set(known.flatMap((name) => [name, `${name}_FILE`]));
  return names
    .filter((name) => !spelt.has(name))
    .flatMap((name) => {
      const [meant] = nearestNames(name, known, MAX_DISTANCE);
      return meant ? [{ name, meant }] : [];
    });
}

/** What a person reads of a misspelt name. */
export function misspelledMessage({ name, meant }: { name: string; meant: string }): string {
  return `.env sets ${name}, which Hangar does not know. Did you mean ${meant}?`;
}
