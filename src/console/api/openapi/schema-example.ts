import { type OpenAPIObject } from '@nestjs/swagger';

/** As much of a JSON schema as ours have. */
export interface Schema {
  readonly $ref?: string;
  readonly example?: unknown;
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly allOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
}

/** An example of what a schema describes, made of those of its properties; `undefined` where they have none. */
export function exampleOf(schema: Schema, document: OpenAPIObject): unknown {
  const { $ref, example, items, properties } = schema;
  const inner = schema.allOf?.[0] ?? schema.anyOf?.[0];
  if (example !== undefined) return example;
  if ($ref !== undefined) return exampleOf(resolved($ref, document), document);
  if (inner) return exampleOf(inner, document);
  if (items) return [exampleOf(items, document)].filter((each) => each !== undefined);
  if (!properties) return schema.enum?.[0] ?? schema.default;
  const told = Object.entries(properties).map(([name, each]) => [name, exampleOf(each, document)] as const);
  return Object.fromEntries(told.filter(([, value]) => value !== undefined));
}

function resolved(ref: string, { components }: OpenAPIObject): Schema {
  return (components?.schemas?.[ref.slice(ref.lastIndexOf('/') + 1)] ?? {}) as Schema;
}
