import { type FastifyInstance } from 'fastify';
import { badInput } from '../world/world.error.js';

interface SchemaFault {
  readonly instancePath: string;
  readonly keyword: string;
  readonly params: Record<string, unknown>;
  readonly message?: string;
}

/** Says what is wrong with a body so that its writer can mend it. */
function faultText({ instancePath, keyword, params, message }: SchemaFault): string {
  const where = instancePath === '' ? 'The body' : `"${instancePath.slice(1)}"`;
  if (keyword === 'additionalProperties') return `"${String(params.additionalProperty)}" is not known here.`;
  if (keyword === 'required') return `"${String(params.missingProperty)}" must be given.`;
  if (keyword === 'enum') return `${where} must be one of ${String(params.allowedValues)}.`;
  return `${where} ${message ?? 'is wrong'}.`;
}

/** Answers what does not fit a route's schema with a 400 that says why. */
export function explainSchemaFaults(app: FastifyInstance): void {
  app.setSchemaErrorFormatter((faults) => badInput(faults.map(faultText).join(' ')));
}
