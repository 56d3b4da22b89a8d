import { type Type } from '@nestjs/common';

/** Where `@ApiProperty` records the properties of a class, each after a colon, and the options of each. */
const PROPERTIES = 'swagger/apiModelPropertiesArray';
const OPTIONS = 'swagger/apiModelProperties';

type TimesAsDate<T> = T extends string ? T | Date : T;

/** What a DTO is made of: its properties, where a time may be a `Date` and an optional property `null`. */
export type SourceOf<T> = {
  readonly [K in keyof T]: undefined extends T[K] ? TimesAsDate<T[K]> | null : TimesAsDate<T[K]>;
};

/**
 * Makes a DTO of the properties that its class declares with `@ApiProperty`: times become RFC 3339, optional properties
 * without a value are left out, everything else that the source has is ignored.
 */
export function toDto<T extends object>(dto: Type<T>, source: SourceOf<T>): T {
  const prototype = dto.prototype as object;
  const properties = (Reflect.getMetadata(PROPERTIES, prototype) as string[]).map((name) => name.slice(1) as keyof T);
  const given = properties.filter((name) => !isOptional(prototype, name) || (source[name] ?? null) !== null);
  const values = given.map((name) => {
    const value: unknown = source[name];
    return [name, value instanceof Date ? value.toISOString() : value];
  });
  return Object.fromEntries(values) as T;
}

function isOptional(prototype: object, name: PropertyKey): boolean {
  const { required } = Reflect.getMetadata(OPTIONS, prototype, name as string) as { required?: boolean };
  return required === false;
}
