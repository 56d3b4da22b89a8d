import { readFileSync } from 'node:fs';
import { type ConfigIssue, issueOf } from './config.error.js';
import { type Variable } from './variable.decorator.js';

/** Where variables are read from. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The text of a variable, or why it cannot be read; neither where it is not set. */
export interface Reading {
  readonly text?: string;
  /** The file that the text was read from. */
  readonly path?: string;
  readonly issue?: ConfigIssue;
}

/** The environment with some variables replaced, also where a `X_FILE` or an alias set them. */
export function withVariables(environment: Environment, variables: Environment): Environment {
  const files = Object.keys(variables).map((name) => [`${name}_FILE`, undefined] as const);
  return { ...environment, ...Object.fromEntries(files), ...variables };
}

/**
 * Reads `X`, else the file that `X_FILE` names (without its last line break), else the alias.
 * An empty text counts as not set.
 */
export function readVariable(environment: Environment, variable: Variable): Reading {
  const names = variable.alias ? [variable.name, variable.alias] : [variable.name];
  const readings = names.map((name) => readName(environment, variable, name));
  return readings.find(({ text, issue }) => text !== undefined || issue) ?? {};
}

function readName(environment: Environment, variable: Variable, name: string): Reading {
  const text = environment[name];
  const path = environment[`${name}_FILE`];
  if (text && path) return { issue: issueOf(variable, `and ${name}_FILE are both set; set one of them`, name) };
  if (path) return readSecretFile(`${name}_FILE`, path);
  return text ? { text } : {};
}

/** Reads the file at `path`, which the variable `name` (`X_FILE`) names. */
export function readSecretFile(name: string, path: string): Reading {
  try {
    const text = readFileSync(path, 'utf8').replace(/\r?\n$/, '');
    return text ? { text, path } : { issue: { name, problem: `names the empty file ${path}`, example: path } };
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? 'unknown';
    const problem = `names a file that cannot be read: ${path} (${reason})`;
    return { issue: { name, problem, example: '/run/secrets/x' } };
  }
}
