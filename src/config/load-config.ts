import { existsSync, readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { type ConfigAreas, emptyAreas, VARIABLES } from './areas.js';
import { validateSync } from './class-validator.js';
import { combinationIssues } from './combinations.js';
import { ConfigError, type ConfigIssue, issueOf } from './config.error.js';
import { type Environment, readVariable } from './environment.js';
import { everyAddress } from './every-address.js';
import { HangarConfig } from './hangar-config.js';
import { misspelledMessage, misspelledNames } from './misspelled.js';
import { oneText } from './parsers.js';
import { settingsOf } from './settings.js';
import { type Variable } from './variable.decorator.js';

/**
 * Reads and validates the configuration, all areas together.
 *
 * @throws {ConfigError} with every error at once; it contains no value of a secret
 */
export function loadConfig(environment: Environment): HangarConfig {
  const config = new HangarConfig(emptyAreas(), settingsOf(environment));
  const unread = VARIABLES.flatMap((variable) => assign(config, environment, variable));
  deriveDefaults(config);
  const unreadable = new Set(unread.map(({ name }) => name));
  const invalid = [...validationIssues(config.areas), ...combinationIssues(config)];
  const issues = [...unread, ...invalid.filter(({ name }) => !unreadable.has(name))];
  if (issues.length > 0) throw new ConfigError(issues);
  return config;
}

let defaults: Environment = {};

/** Sets variables that {@link processEnvironment} has where neither the process nor `.env` sets them. */
export function setEnvironmentDefaults(variables: Environment): void {
  defaults = variables;
}

/** The process's environment; in development, variables that it lacks come from `.env` in the working directory. */
export function processEnvironment(): Environment {
  const given = { ...environmentFile(), ...process.env };
  const missing = Object.entries(defaults).filter(([name]) => !given[name] && !given[`${name}_FILE`]);
  return { ...given, ...Object.fromEntries(missing) };
}

/** A warning for each variable in `.env` whose name is probably misspelled. */
export function environmentFileWarnings(): string[] {
  return misspelledNames(Object.keys(environmentFile())).map(misspelledMessage);
}

function environmentFile(): Environment {
  if (process.env['NODE_ENV'] === 'production' || !existsSync('.env')) return {};
  return parseEnv(readFileSync('.env', 'utf8'));
}

function assign(config: HangarConfig, environment: Environment, variable: Variable): ConfigIssue[] {
  const { text = variable.default, path, issue } = readVariable(environment, variable);
  if (issue) return [issue];
  if (text === undefined) return [];
  if (variable.pathProperty) Object.assign(config, { [variable.pathProperty]: path });
  try {
    Object.assign(config, { [variable.property]: (variable.parse ?? oneText)(text) });
    return [];
  } catch (error) {
    return [issueOf(variable, (error as Error).message)];
  }
}

function deriveDefaults(config: HangarConfig): void {
  config.host ??= config.production ? everyAddress() : '127.0.0.1';
  config.publicUrl ??= `http://localhost:${config.port}`;
  config.planeRedirectUri ??= `${config.publicUrl}/oauth/callback`;
}

function validationIssues(areas: ConfigAreas): ConfigIssue[] {
  const errors = Object.values(areas).flatMap((area) => validateSync(area, { skipUndefinedProperties: true }));
  return errors.flatMap(({ property, constraints, value }) => {
    const variable = VARIABLES.find((candidate) => candidate.property === property);
    if (!variable) return [];
    const shown = variable.secret ? '' : `; it is ${JSON.stringify(value)}`;
    return Object.values(constraints ?? {}).map((problem) => issueOf(variable, problem + shown));
  });
}
