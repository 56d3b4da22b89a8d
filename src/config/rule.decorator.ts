import 'reflect-metadata';

/** What a value must fulfil where there is one, and what is said of it where it does not. */
interface Rule {
  readonly property: string;
  readonly message: string;
  readonly holds: (value: unknown) => boolean;
}

/** A value that breaks a rule. */
export interface BrokenRule {
  readonly property: string;
  readonly message: string;
}

interface Told {
  readonly message: string;
}

const KEY = Symbol('hangar:rules');

/** The number is not smaller. */
export function Min(least: number, { message }: Told): PropertyDecorator {
  return rule(message, (value) => typeof value === 'number' && value >= least);
}

/** The number is not larger. */
export function Max(most: number, { message }: Told): PropertyDecorator {
  return rule(message, (value) => typeof value === 'number' && value <= most);
}

/** The text has this form. */
export function Matches(form: RegExp, { message }: Told): PropertyDecorator {
  return rule(message, (value) => typeof value === 'string' && form.test(value));
}

/** The value is one of these; of a list, each is. */
export function IsIn(allowed: readonly unknown[], { message }: Told): PropertyDecorator {
  return rule(message, (value) => [value].flat().every((each) => allowed.includes(each)));
}

/** The list has an entry. */
export function ArrayNotEmpty({ message }: Told): PropertyDecorator {
  return rule(message, (value) => Array.isArray(value) && value.length > 0);
}

/** The rules that the values of a configuration class break, in the order of declaration; then those of the class that it extends. */
export function brokenRules(config: object): readonly BrokenRule[] {
  return rulesOf(Object.getPrototypeOf(config) as object).filter(({ property, holds }) => {
    const value: unknown = Reflect.get(config, property);
    return value !== undefined && !holds(value);
  });
}

function rule(message: string, holds: Rule['holds']): PropertyDecorator {
  return (target, property) => {
    const added: Rule = { property: String(property), message, holds };
    Reflect.defineMetadata(KEY, [...ownRules(target), added], target);
  };
}

function rulesOf(prototype: object): readonly Rule[] {
  const parent = Object.getPrototypeOf(prototype) as object | null;
  return [...ownRules(prototype), ...(parent ? rulesOf(parent) : [])];
}

function ownRules(prototype: object): readonly Rule[] {
  return (Reflect.getOwnMetadata(KEY, prototype) as readonly Rule[] | undefined) ?? [];
}
