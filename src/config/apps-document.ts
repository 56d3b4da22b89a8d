import { readSecretFile } from './environment.js';
import { Secret } from '../common/secret.js';
import { blankSeparated, httpUrl, ownUrlAsWritten, planeSecret } from './parsers.js';
import { PLANE_MODES, type PlaneConnection, type PlaneMode } from './plane-connection.js';
import { webhookSecrets } from './webhook-secrets.js';

/** A connection as `HANGAR_APPS` describes it; where consents return to may be left to the default. */
export type DescribedConnection = PlaneConnection & { readonly hasOwnRedirectUri?: boolean };

type Document = Readonly<Record<string, unknown>>;

const ID = /^[a-z0-9][a-z0-9-]{0,39}$/;
const SCOPES = /^[\x21\x23-\x5b\x5d-\x7e]+( [\x21\x23-\x5b\x5d-\x7e]+)*$/;
const SLUG = /^[\p{L}\p{N}_-]{1,80}$/u;
/** Whose values may be given by a path: `clientSecretFile`. */
const FIELDS = {
  oauth: ['clientId', 'clientSecret', 'redirectUri', 'scopes', 'webhookSecrets'],
  'api-key': ['apiKey', 'workspace', 'webhookSecrets'],
} as const satisfies Record<PlaneMode, readonly string[]>;
const SECRETS: ReadonlySet<string> = new Set(['clientSecret', 'apiKey', 'webhookSecrets']);
const COMMON = ['id', 'baseUrl', 'mode'];

/**
 * Parses `HANGAR_APPS`: a JSON list with a document for each connection.
 *
 * @throws {Error} that names the entry and its field; it contains no value of a secret
 */
export function appsDocument(text: string): DescribedConnection[] {
  const entries = listIn(text);
  const connections = entries.map((entry, index) => {
    try {
      return connectionIn(recordOf(entry));
    } catch (error) {
      throw new Error(`entry ${index + 1}: ${(error as Error).message}`, { cause: error });
    }
  });
  for (const [index, { id }] of connections.entries())
    if (connections.findIndex((other) => other.id === id) !== index)
      throw new Error(`entry ${index + 1}: another entry has the id "${id}" too`);
  return connections;
}

function listIn(text: string): readonly unknown[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new Error('must be JSON: a list with an object for each connection');
  }
  if (!Array.isArray(parsed) || parsed.length === 0)
    throw new Error('must be a JSON list with an object for each connection, at least one');
  return parsed;
}

function recordOf(entry: unknown): Document {
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) throw new Error('must be an object');
  return entry as Document;
}

function connectionIn(document: Document): DescribedConnection {
  const mode = modeIn(document);
  requireKnownFields(document, mode);
  const id = textIn(document, 'id');
  if (!ID.test(id)) throw new Error('id must be 1 to 40 lower-case letters, digits and hyphens');
  const baseUrl = parsed('baseUrl', () => httpUrl(textIn(document, 'baseUrl')));
  const base = { id, baseUrl, ...signingSecrets(document) };
  return mode === 'api-key' ? { ...base, mode, key: keyIn(document) } : { ...base, mode, ...appIn(document) };
}

function modeIn({ mode = 'oauth' }: Document): PlaneMode {
  const found = PLANE_MODES.find((each) => each === mode);
  if (!found) throw new Error(`mode must be one of ${PLANE_MODES.join(', ')}`);
  return found;
}

function requireKnownFields(document: Document, mode: PlaneMode): void {
  const names: readonly string[] = [...COMMON, ...FIELDS[mode]];
  const known = new Set([...names, ...names.filter((name) => SECRETS.has(name)).map((name) => `${name}File`)]);
  const unknown = Object.keys(document).find((name) => !known.has(name));
  if (unknown !== undefined)
    throw new Error(`"${unknown}" is no field of mode ${mode}, which has ${[...known].join(', ')}`);
}

function keyIn(document: Document): { readonly secret: Secret; readonly workspaceSlug: string } {
  const workspaceSlug = textIn(document, 'workspace');
  if (!SLUG.test(workspaceSlug)) throw new Error('workspace must be the slug of a workspace');
  return { secret: secretIn(document, 'apiKey'), workspaceSlug };
}

function appIn(
  document: Document,
): Pick<Extract<PlaneConnection, { mode: 'oauth' }>, 'app' | 'redirectUri' | 'scopes'> &
  Pick<DescribedConnection, 'hasOwnRedirectUri'> {
  const app = { clientId: textIn(document, 'clientId'), clientSecret: secretIn(document, 'clientSecret') };
  const scopes = scopesIn(document);
  const { redirectUri } = document;
  const own =
    redirectUri === undefined ? '' : parsed('redirectUri', () => ownUrlAsWritten(textIn(document, 'redirectUri')));
  return { app, redirectUri: own, hasOwnRedirectUri: own !== '', ...(scopes !== undefined && { scopes }) };
}

function scopesIn({ scopes }: Document): string | undefined {
  if (scopes === undefined) return undefined;
  const given: unknown = Array.isArray(scopes) ? scopes.join(' ') : scopes;
  const text = typeof given === 'string' ? blankSeparated(given) : undefined;
  if (text === '') return undefined;
  if (text !== undefined && SCOPES.test(text)) return text;
  throw new Error('scopes must be a list of scopes, or a text with blanks between them');
}

function signingSecrets(document: Document): Pick<PlaneConnection, 'webhookSecrets' | 'webhookSecretsPath'> {
  const { webhookSecrets: given, webhookSecretsFile: path } = document;
  if (given === undefined && path === undefined) return { webhookSecrets: [] };
  const text = Array.isArray(given) ? given.join(',') : valueIn(document, 'webhookSecrets');
  const secrets = parsed('webhookSecrets', () => webhookSecrets(text));
  return { webhookSecrets: secrets, ...(typeof path === 'string' && { webhookSecretsPath: path }) };
}

function secretIn(document: Document, name: string): Secret {
  return parsed(name, () => planeSecret(valueIn(document, name).trim()));
}

/** A value, or the content of the file that `nameFile` names. */
function valueIn(document: Document, name: string): string {
  const { [`${name}File`]: path } = document;
  if (path === undefined) return textIn(document, name);
  if (document[name] !== undefined) throw new Error(`${name} and ${name}File are both set; set one of them`);
  const { text = '', issue } = readSecretFile(`${name}File`, textIn(document, `${name}File`));
  if (issue) throw new Error(`${issue.name} ${issue.problem}`);
  return text;
}

function textIn(document: Document, name: string): string {
  const { [name]: value } = document;
  if (typeof value !== 'string' || value.trim() === '') throw new Error(`${name} is missing, or is no text`);
  return value;
}

function parsed<T>(name: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    const { message } = error as Error;
    throw new Error(message.startsWith(name) ? message : `${name} ${message}`, { cause: error });
  }
}
