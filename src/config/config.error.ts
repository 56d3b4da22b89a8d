import { type Variable } from './variable.decorator.js';

/** One error in the environment. */
export interface ConfigIssue {
  /** The variable, as it was set: `X`, `X_FILE` or an alias. */
  readonly name: string;
  /** What is wrong; does not contain the value of a secret. */
  readonly problem: string;
  readonly example: string;
}

/** The issue of a variable. */
export function issueOf(variable: Variable, problem: string, name = variable.name): ConfigIssue {
  return { name, problem, example: variable.example };
}

/** The configuration is invalid. The message lists every error, each with an example. */
export class ConfigError extends Error {
  constructor(readonly issues: readonly ConfigIssue[]) {
    super(configErrorMessage(issues));
    this.name = 'ConfigError';
  }
}

function configErrorMessage(issues: readonly ConfigIssue[]): string {
  const lines = issues.map(
    ({ name, problem, example }) => `  ${name} ${problem}\n      for example: ${name}=${example}`,
  );
  const count = issues.length === 1 ? 'one error' : `${issues.length} errors`;
  return [`Hangar cannot start: ${count} in the configuration.`, ...lines].join('\n');
}
