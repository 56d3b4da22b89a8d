import { type OpenAPIObject } from '@nestjs/swagger';

/** The keywords of JSON Schema that the document uses. */
export interface Schema {
  readonly $ref?: string;
  readonly example?: unknown;
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly allOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly required?: readonly string[];
}

/** An example for a schema, composed of the examples of its properties; `undefined` without any. */
export function exampleOf(schema: Schema, document: OpenAPIObject): unknown {
  const { example, items, properties } = resolveRef(schema, document);
  const inner = schema.allOf?.[0] ?? schema.anyOf?.[0];
  if (example !== undefined) return example;
  if (inner) return exampleOf(inner, document);
  if (items) return [exampleOf(items, document)].filter((each) => each !== undefined);
  if (!properties) return schema.enum?.[0] ?? schema.default;
  const examples = Object.entries(properties).map(([name, each]) => [name, exampleOf(each, document)] as const);
  return Object.fromEntries(examples.filter(([, value]) => value !== undefined));
}

/** Resolves a reference to a schema; returns any other schema unchanged. */
export function resolveRef(schema: Schema, { components }: OpenAPIObject): Schema {
  const name = schema.$ref?.slice(schema.$ref.lastIndexOf('/') + 1);
  return name === undefined ? schema : (components?.schemas?.[name] ?? {});
}
