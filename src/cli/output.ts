/** Prints a command's result: one JSON document with `--json`, lines for a person else. */
export function print(json: boolean | undefined, result: object, lines: readonly string[]): void {
  process.stdout.write(json ? `${JSON.stringify(result)}\n` : lines.map((line) => `${line}\n`).join(''));
}

/** The options that every command has. */
export interface CommonOptions {
  readonly json?: boolean;
}
