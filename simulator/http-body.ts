import { type FastifyInstance } from 'fastify';
import { messageOf } from './error-text.js';
import { badInput } from './world/world.error.js';

/** Lets the routes of `app` read form-encoded bodies, as a record of texts. */
export function acceptForms(app: FastifyInstance): void {
  const form = 'application/x-www-form-urlencoded';
  app.addContentTypeParser(form, { parseAs: 'string' }, (_request, body, done) => {
    done(null, Object.fromEntries(new URLSearchParams(String(body))));
  });
}

/**
 * Lets the routes of `app` read JSON with `parse`; an absent body is an empty object (Plane's SDK says JSON and sends
 * none to delete something).
 */
export function acceptJson(app: FastifyInstance, parse: (text: string) => unknown): void {
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'string' },
    async (_request: unknown, body: string) => {
      try {
        return body === '' ? {} : parse(body);
      } catch (error) {
        throw badInput(`The body is not JSON: ${messageOf(error)}`);
      }
    },
  );
  app.addHook('preValidation', async (request) => {
    request.body ??= {};
  });
}

/** A body (or a query) as a record; anything else is a bad input. */
export function recordOf(body: unknown): Record<string, unknown> {
  if (typeof body === 'object' && body !== null && !Array.isArray(body))
    return body as Record<string, unknown>;
  throw badInput('The body must be a JSON object.');
}

/** A field's text; a bad input when it is absent or something else. */
export function textField(record: Record<string, unknown>, name: string): string {
  const value = record[name];
  if (typeof value === 'string') return value;
  throw badInput(`"${name}" must be given, as a text.`);
}

/** A field's text, or nothing when the field is absent or empty. */
export function optionalText(record: Record<string, unknown>, name: string): string | undefined {
  const value = record[name];
  return value === undefined || value === null || value === '' ? undefined : textField(record, name);
}
