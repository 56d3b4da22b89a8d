/** One argument of a command. */
export interface Parameter {
  readonly name: string;
  /** `text`, `duration`, `number`, `integer`, `date`, `user`, or choices with `|` between them. */
  readonly type: string;
  readonly required: boolean;
  /** Takes everything that is left. */
  readonly rest: boolean;
}

const NAME = /^\/[a-z][\w-]{0,49}$/i;
const PARAMETER = /^(?<name>[a-z]\w*)(?:(?<rest>\.\.\.)|:(?<type>[^\s<>[\]]+))?$/i;
const PART = /\s*(?:<(?<required>[^<>]*)>|\[(?<optional>[^[\]]*)\])\s*/gy;
const TYPES: ReadonlySet<string> = new Set(['text', 'duration', 'number', 'integer', 'date', 'user']);
const CHOICES = /^[^|\s]+(?:\|[^|\s]+)+$/;

/** @throws {TypeError} for a name that cannot be written as a command */
export function requireCommandName(name: string): void {
  if (!NAME.test(name))
    throw new TypeError(`the command ${JSON.stringify(name)} must be a slash and a word, such as "/remind"`);
}

/**
 * Parses the declaration of a command's arguments: `<name>` is required, `[name]` optional; `:type` after the name says what it
 * takes, `...` that it takes all the text that is left.
 *
 * @throws {TypeError} that says what is wrong with it
 */
export function parseParameters(declaration: string): Parameter[] {
  const parameters: Parameter[] = [];
  let end = 0;
  for (const match of declaration.matchAll(PART)) {
    end = match.index + match[0].length;
    parameters.push(parameterOf(match.groups ?? {}));
  }
  if (end < declaration.trimEnd().length) throw invalid(declaration.slice(end).trim(), 'write <name> or [name]');
  requireOrder(parameters);
  return parameters;
}

function parameterOf({ required, optional }: Readonly<Record<string, string | undefined>>): Parameter {
  const text = required ?? optional ?? '';
  const { name = '', rest, type = 'text' } = PARAMETER.exec(text)?.groups ?? {};
  if (name === '') throw invalid(text, 'write name, name:type or name...');
  if (!TYPES.has(type) && !CHOICES.test(type))
    throw invalid(text, `the type must be ${[...TYPES].join(', ')} or choices such as low|high`);
  return { name, type, required: required !== undefined, rest: rest !== undefined };
}

function requireOrder(parameters: readonly Parameter[]): void {
  const names = new Set<string>();
  for (const [index, { name, required, rest }] of parameters.entries()) {
    if (names.has(name)) throw invalid(name, 'the name occurs twice');
    names.add(name);
    if (rest && index < parameters.length - 1) throw invalid(name, '"..." must be the last argument');
    if (required && parameters[index - 1]?.required === false)
      throw invalid(name, 'a required argument cannot follow an optional one');
  }
}

function invalid(text: string, problem: string): TypeError {
  return new TypeError(`the arguments of the command are wrong at ${JSON.stringify(text)}: ${problem}`);
}
