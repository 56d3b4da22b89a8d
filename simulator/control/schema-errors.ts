import { type FastifyInstance } from 'fastify';
import { badInput } from '../world/world.error.js';

interface SchemaError {
  readonly instancePath: string;
  readonly keyword: string;
  readonly params: Record<string, unknown>;
  readonly message?: string;
}

/** Says what is wrong with a body and how to correct it. */
function errorText({ instancePath, keyword, params, message }: SchemaError): string {
  const where = instancePath === '' ? 'The body' : `"${instancePath.slice(1)}"`;
  if (keyword === 'additionalProperties') return `"${String(params.additionalProperty)}" is unknown.`;
  if (keyword === 'required') return `"${String(params.missingProperty)}" must be given.`;
  if (keyword === 'enum') return `${where} must be one of ${String(params.allowedValues)}.`;
  return `${where} ${message ?? 'is invalid'}.`;
}

/** Answers 400 with the reasons if a body does not match its route's schema. */
export function explainSchemaErrors(app: FastifyInstance): void {
  app.setSchemaErrorFormatter((errors) => badInput(errors.map(errorText).join(' ')));
}
