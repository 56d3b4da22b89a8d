import { readFileSync } from 'node:fs';
import { trimmed } from '../common/trimmed.js';
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
 * Reads `X`, else the file that `X_FILE` names, else the alias; without invisible characters and quotes around the text.
 * An empty text counts as not set.
 */
export function readVariable(environment: Environment, variable: Variable): Reading {
  const names = variable.alias ? [variable.name, variable.alias] : [variable.name];
  const readings = names.map((name) => readName(environment, variable, name));
  return readings.find(({ text, issue }) => text !== undefined || issue) ?? {};
}

function readName(environment: Environment, variable: Variable, name: string): Reading {
  const { [name]: text, [`${name}_FILE`]: path } = environment;
  if (text && path) return { issue: issueOf(variable, `and ${name}_FILE are both set; set one of them`, name) };
  const reading: Reading = path ? readSecretFile(`${name}_FILE`, path) : { ...(text && { text }) };
  if (reading.text === undefined || variable.verbatim === true) return reading;
  const bare = trimmed(reading.text);
  if (bare !== '') return { ...reading, text: bare };
  return path ? { issue: emptyFile(`${name}_FILE`, path) } : {};
}

/** Reads the file at `path`, which the variable `name` (`X_FILE`) names, without byte order mark and last line break. */
export function readSecretFile(name: string, path: string): Reading {
  try {
    const bytes = readFileSync(path);
    if (bytes.includes(0))
      return { issue: { name, problem: `names a file that is not UTF-8: ${path}`, example: path } };
    const text = new TextDecoder().decode(bytes).replace(/\r?\n$/, '');
    return text ? { text, path } : { issue: emptyFile(name, path) };
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? 'unknown';
    const problem = `names a file that cannot be read: ${path} (${reason === 'EISDIR' ? 'it is a folder' : reason})`;
    return { issue: { name, problem, example: '/run/secrets/x' } };
  }
}

function emptyFile(name: string, path: string): ConfigIssue {
  return { name, problem: `names the empty file ${path}`, example: path };
}
