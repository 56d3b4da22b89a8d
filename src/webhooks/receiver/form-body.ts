import { type IncomingHttpHeaders } from 'node:http';
import { parse } from 'node:querystring';

const FORM = /^application\/x-www-form-urlencoded\b/i;
/** Plane's form has one; further fields are ignored. */
const MAX_FIELDS = 1000;
/** The field of a form that contains the whole payload. */
const PAYLOAD = 'payload';
const WORKSPACE = /(?:^|&)workspace_id=([\w-]{1,256})(?:&|$)/;
const OPENING_BRACE = 0x7b;
/** Plane writes the workspace first, so that this much of an unverified body is enough. */
const START_BYTES = 65_536;

/**
 * The JSON of a webhook: its body, or what a form contains (`application/x-www-form-urlencoded`): the field `payload`, else an
 * object of all fields. A body that begins with a brace is JSON, whatever its content type says.
 */
export function jsonBody(body: Buffer, headers: IncomingHttpHeaders): Buffer {
  if (!isForm(body, headers)) return body;
  const fields = parse(body.toString('utf8'), '&', '=', { maxKeys: MAX_FIELDS });
  const payload = [fields[PAYLOAD]].flat()[0];
  return Buffer.from(payload ?? JSON.stringify(Object.fromEntries(Object.entries(fields).map(parsedField))));
}

/** The start of the same, decoded without parsing it. For bodies of which nothing is verified. */
export function jsonStart(body: Buffer, headers: IncomingHttpHeaders): Buffer {
  if (!isForm(body, headers)) return body;
  const text = body.toString('latin1', 0, START_BYTES);
  const [, workspaceId] = WORKSPACE.exec(text) ?? [];
  if (workspaceId !== undefined) return Buffer.from(JSON.stringify({ workspace_id: workspaceId }));
  const decoded = text
    .replaceAll('+', ' ')
    .replaceAll(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(decoded, 'latin1');
}

function isForm(body: Buffer, headers: IncomingHttpHeaders): boolean {
  return FORM.test(headers['content-type'] ?? '') && body[0] !== OPENING_BRACE;
}

/** Objects and lists are JSON inside of a form. Of two equal fields the last counts. */
function parsedField([name, value]: [string, string | string[] | undefined]): [string, unknown] {
  const text = [value].flat().at(-1) ?? '';
  if (!/^[{[]/.test(text)) return [name, text];
  try {
    return [name, JSON.parse(text)];
  } catch {
    return [name, text];
  }
}
