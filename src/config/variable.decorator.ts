import 'reflect-metadata';

/** What is known of one variable of the environment. */
export interface VariableOptions {
  /** One sentence for the table in the README. */
  readonly description: string;
  /** Shown when the value is wrong. */
  readonly example: string;
  /** The text that is read where the environment has none; absent: the property stays undefined. */
  readonly default?: string;
  /** How the README describes a default that is not a fixed text. */
  readonly defaultText?: string;
  /** How the text becomes a value; throws an `Error` that says what was expected and never holds the text. */
  readonly parse?: (text: string) => unknown;
  /** The value is never printed. */
  readonly secret?: boolean;
  /** Another spelling, looked at when the variable itself is absent. */
  readonly alias?: string;
}

/** A variable with its name and the property of the configuration that holds its value. */
export interface Variable extends VariableOptions {
  readonly name: string;
  readonly property: string;
}

const KEY = Symbol('hangar:variables');

/** Says which variable of the environment a property of the configuration is read from. */
export function EnvironmentVariable(name: string, options: VariableOptions): PropertyDecorator {
  return (target, property) => {
    const variable: Variable = { ...options, name, property: String(property) };
    Reflect.defineMetadata(KEY, [...ownVariables(target), variable], target);
  };
}

/** The variables that a configuration class declares, in the order of declaration; then those of the class that it extends. */
export function variablesOf(prototype: object): readonly Variable[] {
  const parent = Object.getPrototypeOf(prototype) as object | null;
  return [...ownVariables(prototype), ...(parent ? variablesOf(parent) : [])];
}

function ownVariables(prototype: object): readonly Variable[] {
  return (Reflect.getOwnMetadata(KEY, prototype) as readonly Variable[] | undefined) ?? [];
}
