import { type Variable } from './variable.decorator.js';

/** One thing that is wrong with the environment. */
export interface ConfigFault {
  /** The variable as the person wrote it. */
  readonly name: string;
  /** What is wrong; never holds the value of a secret. */
  readonly problem: string;
  readonly example: string;
}

/** Tells of a fault in a variable. */
export function faultOf(variable: Variable, problem: string, name = variable.name): ConfigFault {
  return { name, problem, example: variable.example };
}

/** The environment cannot be used. The message lists every fault, each with an example. */
export class ConfigError extends Error {
  constructor(readonly faults: readonly ConfigFault[]) {
    super(configErrorMessage(faults));
    this.name = 'ConfigError';
  }
}

/** The text a person reads when the start is refused. */
function configErrorMessage(faults: readonly ConfigFault[]): string {
  const lines = faults.map(
    ({ name, problem, example }) => `  ${name} ${problem}\n      for example: ${name}=${example}`,
  );
  const count = faults.length === 1 ? 'one fault' : `${faults.length} faults`;
  return [`Hangar cannot start: ${count} in the configuration.`, ...lines].join('\n');
}
