import 'reflect-metadata';

/** The description of one variable of the environment. */
export interface VariableOptions {
  /** One sentence for the table in the documentation. */
  readonly description: string;
  /** Shown in the error about a wrong value. */
  readonly example: string;
  /** The text to parse where the environment has none; without it the property stays undefined. */
  readonly default?: string;
  /** Describes a default that is not a fixed text, for the documentation. */
  readonly defaultText?: string;
  /** Parses the text; throws an `Error` that says what is expected and does not contain the text. */
  readonly parse?: (text: string) => unknown;
  /** The value must not be printed. */
  readonly secret?: boolean;
  /** Blanks and quotes around the text belong to it. */
  readonly verbatim?: boolean;
  /** Another name, read where the variable itself is not set. */
  readonly alias?: string;
  /** The property to store the path in, where the variable was read from a file. */
  readonly pathProperty?: string;
}

/** A variable with its name and the property of its area for its value. */
export interface Variable extends VariableOptions {
  readonly name: string;
  readonly property: string;
}

const KEY = Symbol('hangar:variables');

/** Names the variable of the environment that a property of a configuration area is read from. */
export function EnvironmentVariable(name: string, options: VariableOptions): PropertyDecorator {
  return (target, property) => {
    const variable: Variable = { ...options, name, property: String(property) };
    Reflect.defineMetadata(KEY, [...variablesOf(target), variable], target);
  };
}

/** The variables of a configuration area, in the order of declaration. */
export function variablesOf(area: object): readonly Variable[] {
  return (Reflect.getMetadata(KEY, area) as readonly Variable[] | undefined) ?? [];
}
