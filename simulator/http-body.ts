import { type FastifyInstance } from 'fastify';
import { messageOf } from './error-text.js';
import { badInput } from './world/world.error.js';

/** A form's fields; the values of a repeated one as a list, without the empty ones. */
function formFields(body: string): Record<string, string | string[]> {
  const form = new URLSearchParams(body);
  const fields = [...new Set(form.keys())].map((name) => {
    const values = form.getAll(name);
    return [name, values.length === 1 ? (values[0] ?? '') : values.filter((value) => value !== '')] as const;
  });
  return Object.fromEntries(fields);
}

/** Parses form-encoded bodies of `app`'s routes: texts, and lists of texts for repeated fields. */
export function acceptForms(app: FastifyInstance): void {
  const form = 'application/x-www-form-urlencoded';
  app.addContentTypeParser(form, { parseAs: 'string' }, (_request, body, done) => {
    done(null, formFields(String(body)));
  });
}

/**
 * Parses JSON bodies of `app`'s routes with `parse`; an empty body becomes an empty object (Plane's SDK sends DELETE
 * with the content type JSON and no body).
 */
export function acceptJson(app: FastifyInstance, parse: (text: string) => unknown): void {
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser('application/json', { parseAs: 'string' }, async (_request: unknown, body: string) => {
    try {
      return body === '' ? {} : parse(body);
    } catch (error) {
      throw badInput(`The body is not JSON: ${messageOf(error)}`);
    }
  });
  app.addHook('preValidation', async (request) => {
    request.body ??= {};
  });
}

/** A body (or a query) as a record. @throws bad input where it is none */
export function recordOf(body: unknown): Record<string, unknown> {
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body as Record<string, unknown>;
  throw badInput('The body must be a JSON object.');
}

/** A field's text. @throws bad input where it is absent or no text */
export function textField(record: Record<string, unknown>, name: string): string {
  const value = record[name];
  if (typeof value === 'string') return value;
  throw badInput(`"${name}" is required and must be a text.`);
}

/** A field's text; `undefined` where it is absent or empty. */
export function optionalText(record: Record<string, unknown>, name: string): string | undefined {
  const value = record[name];
  return value === undefined || value === null || value === '' ? undefined : textField(record, name);
}
