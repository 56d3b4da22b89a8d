import { pathPrefix } from '../common/path-prefix.js';
import { nearestNames } from '../common/nearest-name.js';
import { type Secret } from '../common/secret.js';
import { VARIABLES } from '../config/areas.js';
import { HOST_SCHEMA } from '../config/areas/database.config.js';
import { ConfigError, type ConfigIssue, issueOf } from '../config/config.error.js';
import { type Environment, readVariable, withVariables } from '../config/environment.js';
import { type HangarConfig } from '../config/hangar-config.js';
import { loadConfig, processEnvironment } from '../config/load-config.js';
import { type Variable } from '../config/variable.decorator.js';
import { type HangarModuleOptions } from './hangar-module-options.js';

const DEFAULT_PREFIX = 'hangar';
const PREFIX = /^[\w.~-]+(?:\/[\w.~-]+)*$/;
const DEFAULT_PORT = '3000';
/** What the application's own variables of these names say is not about Hangar: its server, its logger, its telemetry. */
const NOT_HANGARS = /^(?:PORT|HOST|LOG_LEVEL|METRICS_PORT|OTEL_.*)$/;

/** The configuration of a Hangar in another application. */
export interface HostConfig {
  readonly config: HangarConfig & { readonly databaseUrl: Secret };
  /** The path of its routes in the application, as `/hangar`. */
  readonly path: string;
  /** Where its metrics are served; `undefined` where they are not. */
  readonly metricsPort: number | undefined;
}

/**
 * Reads and validates the configuration.
 *
 * @param environment of the process
 * @throws {ConfigError} with every error at once
 */
export function hostConfig(options: HangarModuleOptions, environment = processEnvironment): HostConfig {
  const { prefix = DEFAULT_PREFIX, config: given = {} } = options;
  const trimmed = prefix.replaceAll(/^\/+|\/+$/g, '');
  const path = `/${PREFIX.test(trimmed) ? trimmed : DEFAULT_PREFIX}`;
  const read = hostEnvironment(options, path, options.environment === false ? {} : environment());
  const issues = [...prefixIssues(trimmed), ...unknownNames(Object.keys(given)), ...requiredIssues(read)];
  const config = loadWith(issues, read);
  const metricsPort = given['METRICS_PORT'] === undefined ? undefined : config.metricsPort;
  return { config: config as HostConfig['config'], path, metricsPort };
}

/** The environment with the variables of the options, and with the defaults of a Hangar in another application. */
function hostEnvironment(
  { config: given = {} }: HangarModuleOptions,
  path: string,
  ofProcess: Environment,
): Environment {
  const texts = Object.entries(given).filter(([, value]) => value !== undefined);
  const variables = Object.fromEntries(texts.map(([name, value]) => [name, String(value)]));
  const dropped = Object.keys(ofProcess).filter((name) => NOT_HANGARS.test(name.replace(/_FILE$/, '')));
  const port = { PORT: ofProcess['PORT'], ...variables }['PORT'];
  const merged = withVariables(
    { ...ofProcess, ...Object.fromEntries(dropped.map((name) => [name, undefined])) },
    variables,
  );
  return {
    ...merged,
    ...unlessSet(merged, 'HANGAR_ROLES', 'receiver,worker,scheduler'),
    ...unlessSet(merged, 'DATABASE_SCHEMA', HOST_SCHEMA),
    ...publicUrlIn(merged, /^\d+$/.test(port ?? '') ? `:${port}` : `:${DEFAULT_PORT}`, path),
  };
}

function unlessSet(environment: Environment, name: string, text: string): Environment {
  return textOf(environment, name) === undefined ? { [name]: text } : {};
}

/** `PUBLIC_URL` may be the address of the application, or that of Hangar's routes in it. */
function publicUrlIn(environment: Environment, port: string, path: string): Environment {
  const { text, issue } = readVariable(environment, variableOf('PUBLIC_URL'));
  if (issue) return {};
  const given = (text ?? `http://localhost${port}`).replace(/\/+$/, '');
  const isOfRoutes = URL.canParse(given) && pathPrefix(given).endsWith(path);
  return withVariables({}, { PUBLIC_URL: isOfRoutes ? given : given + path });
}

function prefixIssues(prefix: string): ConfigIssue[] {
  if (PREFIX.test(prefix)) return [];
  const problem = `must be a path of letters, digits, "-", "_", "." and "~"; it is ${JSON.stringify(prefix)}`;
  return [{ name: 'prefix', problem, example: DEFAULT_PREFIX }];
}

function unknownNames(names: readonly string[]): ConfigIssue[] {
  const known = VARIABLES.flatMap(({ name, alias }) => (alias ? [name, alias] : [name]));
  const valid = new Set(known.flatMap((name) => [name, `${name}_FILE`]));
  const problem = 'is not a variable of Hangar: remove it from the options of HangarModule';
  return names
    .filter((name) => !valid.has(name))
    .map((name) => {
      const meant = VARIABLES.find((variable) => variable.name === nearestNames(name, known)[0]);
      return meant ? issueOf(meant, `is misspelled as ${name}`) : { name, problem, example: '' };
    });
}

/** What a server of its own would start in development. */
function requiredIssues(environment: Environment): ConfigIssue[] {
  const without = 'is required: in an application of yours Hangar starts no';
  const simulator = `${without} simulator; "npx hangar simulate" does, and prints the variables`;
  const hasKey = textOf(environment, 'PLANE_MODE') === 'api-key';
  return [
    ...missing(environment, 'DATABASE_URL', `${without} PostgreSQL`),
    ...(hasKey ? [] : missing(environment, 'PLANE_CLIENT_ID', simulator)),
  ];
}

function missing(environment: Environment, name: string, problem: string): ConfigIssue[] {
  const { text, issue } = readVariable(environment, variableOf(name));
  return text === undefined && !issue ? [issueOf(variableOf(name), problem)] : [];
}

/** @throws {ConfigError} with these issues and those of the environment */
function loadWith(own: readonly ConfigIssue[], environment: Environment): HangarConfig {
  try {
    const config = loadConfig(environment);
    const all = [...own, ...roleIssues(config)];
    if (all.length > 0) throw new ConfigError(all);
    return config;
  } catch (error) {
    if (!(error instanceof ConfigError) || error.issues.every((issue) => own.includes(issue))) throw error;
    const names = new Set(own.map(({ name }) => name));
    throw new ConfigError([...own, ...error.issues.filter(({ name }) => !names.has(name))]);
  }
}

function roleIssues({ roles }: HangarConfig): ConfigIssue[] {
  const problem =
    'must not have console here: console and API run in a process of their own, "npx hangar start --roles console"';
  return roles.includes('console') ? [{ name: 'HANGAR_ROLES', problem, example: 'receiver,worker,scheduler' }] : [];
}

function textOf(environment: Environment, name: string): string | undefined {
  return readVariable(environment, variableOf(name)).text;
}

function variableOf(name: string): Variable {
  const found = VARIABLES.find((variable) => variable.name === name);
  if (!found) throw new Error(`there is no variable ${name}`);
  return found;
}
