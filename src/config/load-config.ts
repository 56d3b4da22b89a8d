import { existsSync, readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { validateSync } from './class-validator.js';
import { combinationFaults } from './combinations.js';
import { ConfigError, type ConfigFault, faultOf } from './config.error.js';
import { type Environment, readVariable } from './environment.js';
import { HangarConfig } from './hangar-config.js';
import { misspelledMessage, misspelledNames } from './misspelled.js';
import { type Variable, variablesOf } from './variable.decorator.js';

/**
 * Reads and validates the configuration.
 *
 * @throws {ConfigError} with every fault at once; nothing of a secret's value is in it.
 */
export function loadConfig(environment: Environment): HangarConfig {
  const config = new HangarConfig();
  const variables = variablesOf(HangarConfig.prototype);
  const unread = variables.flatMap((variable) => assign(config, environment, variable));
  deriveDefaults(config);
  const unreadable = new Set(unread.map(({ name }) => name));
  const invalid = [...validationFaults(config, variables), ...combinationFaults(config)];
  const faults = [...unread, ...invalid.filter(({ name }) => !unreadable.has(name))];
  if (faults.length > 0) throw new ConfigError(faults);
  return config;
}

/** The process's environment; in development with the `.env` file of the working folder under it. */
export function processEnvironment(): Environment {
  if (process.env['NODE_ENV'] === 'production' || !existsSync('.env')) return process.env;
  return { ...parseEnv(readFileSync('.env', 'utf8')), ...process.env };
}

/** What is most likely misspelt in the `.env` file that {@link processEnvironment} reads; a line each. */
export function environmentFileWarnings(): string[] {
  if (process.env['NODE_ENV'] === 'production' || !existsSync('.env')) return [];
  return misspelledNames(Object.keys(parseEnv(readFileSync('.env', 'utf8')))).map(misspelledMessage);
}

function assign(config: HangarConfig, environment: Environment, variable: Variable): ConfigFault[] {
  const { text = variable.default, path, fault } = readVariable(environment, variable);
  if (fault) return [fault];
  if (text === undefined) return [];
  if (path !== undefined) config.files.set(variable.property, path);
  try {
    Object.assign(config, { [variable.property]: variable.parse ? variable.parse(text) : text });
    return [];
  } catch (error) {
    return [faultOf(variable, (error as Error).message)];
  }
}

function deriveDefaults(config: HangarConfig): void {
  config.publicUrl ??= `http://localhost:${config.port}`;
  config.planeRedirectUri ??= `${config.publicUrl}/oauth/callback`;
}

function validationFaults(config: HangarConfig, variables: readonly Variable[]): ConfigFault[] {
  return validateSync(config, { skipUndefinedProperties: true }).flatMap(({ property, constraints }) => {
    const variable = variables.find((candidate) => candidate.property === property);
    if (!variable) return [];
    const shown = variable.secret ? '' : `; it is ${JSON.stringify(config[property as keyof HangarConfig])}`;
    return Object.values(constraints ?? {}).map((problem) => faultOf(variable, problem + shown));
  });
}
