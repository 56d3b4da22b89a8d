import { readFileSync } from 'node:fs';
import { type ConfigFault, faultOf } from './config.error.js';
import { type Variable } from './variable.decorator.js';

/** Where variables are read from. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The text of a variable, or the fault that kept it from being read; neither where it is not set. */
export interface Reading {
  readonly text?: string;
  /** The file that the text was read from. */
  readonly path?: string;
  readonly fault?: ConfigFault;
}

/**
 * Reads `X`, else the file that `X_FILE` names (without the line break at its end), else the alias.
 * An empty text counts as not set.
 */
export function readVariable(environment: Environment, variable: Variable): Reading {
  const names = variable.alias ? [variable.name, variable.alias] : [variable.name];
  const readings = names.map((name) => readName(environment, variable, name));
  return readings.find(({ text, fault }) => text !== undefined || fault) ?? {};
}

function readName(environment: Environment, variable: Variable, name: string): Reading {
  const text = environment[name];
  const path = environment[`${name}_FILE`];
  if (text && path)
    return { fault: faultOf(variable, `and ${name}_FILE are both set; set one of them`, name) };
  if (path) return readSecretFile(`${name}_FILE`, path);
  return text ? { text } : {};
}

/** Reads what a variable `X_FILE` names. */
export function readSecretFile(name: string, path: string): Reading {
  try {
    const text = readFileSync(path, 'utf8').replace(/\r?\n$/, '');
    return text
      ? { text, path }
      : { fault: { name, problem: `names the empty file ${path}`, example: path } };
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? 'unknown';
    return {
      fault: {
        name,
        problem: `names a file that cannot be read: ${path} (${reason})`,
        example: '/run/secrets/x',
      },
    };
  }
}
