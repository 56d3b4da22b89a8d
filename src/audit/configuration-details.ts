import { type HangarConfig } from '../config/hangar-config.js';
import { VARIABLES } from '../config/areas.js';

/** The configuration for an auditor: values of all variables but secrets, and which secrets are set. */
export function configurationDetails(config: HangarConfig): Record<string, unknown> {
  const variables = VARIABLES.map(({ name, property, secret = false }) => {
    const value = config[property as keyof HangarConfig] as unknown;
    const set = value !== undefined && !(Array.isArray(value) && value.length === 0);
    return { name, value, secret, set };
  });
  const names = (wanted: boolean): string[] =>
    variables.filter(({ secret, set }) => secret && set === wanted).map(({ name }) => name);
  return {
    settings: Object.fromEntries(
      variables.filter(({ secret, set }) => !secret && set).map(({ name, value }) => [name, value]),
    ),
    secretsSet: names(true),
    secretsNotSet: names(false),
  };
}
