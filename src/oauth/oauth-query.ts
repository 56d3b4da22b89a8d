import { validate as isUuid } from 'uuid';
import { type CallbackParameters } from './callback.service.js';
import { ownPath } from '../common/return-to.js';
import { badParameter, returnTooLong, unknownFlow } from './oauth.errors.js';
import { OAUTH_FLOWS, type OAuthFlow } from './pending-consent.js';

/** The query of `/oauth/setup` as the HTTP layer parses it: a parameter that is given twice is a list. */
export interface SetupQuery {
  readonly flow?: unknown;
  /** The connection, where there are several. */
  readonly connection?: unknown;
  readonly return_to?: unknown;
  /** The id of what asks for a user's consent. */
  readonly request?: unknown;
}

/** The query of `/oauth/callback`. */
export interface CallbackQuery {
  readonly state?: unknown;
  readonly code?: unknown;
  readonly app_installation_id?: unknown;
  readonly error?: unknown;
  readonly error_description?: unknown;
}

const MAX_LENGTH = 2048;
/** It is kept in a cookie. */
const MAX_RETURN_LENGTH = 1024;
const MAX_SHOWN_LENGTH = 200;
const ERROR_CODE = /^[\w.-]{1,64}$/;

/** A parameter that is not empty. @throws {DomainError} it was given twice or is too long */
function textOf(value: unknown): string | undefined {
  if (value === undefined || value === '') return undefined;
  if (typeof value !== 'string' || value.length > MAX_LENGTH) throw badParameter();
  return value;
}

/** The flow; `bot` by default. @throws {DomainError} `flow_unknown` */
export function flowOf(value: unknown): OAuthFlow {
  const flow = OAUTH_FLOWS.find((candidate) => candidate === (value ?? 'bot'));
  if (!flow) throw unknownFlow();
  return flow;
}

/** The id of the connection that the consent is for. @throws {DomainError} it was given twice or is too long */
export function connectionIn({ connection }: SetupQuery): string | undefined {
  return textOf(connection);
}

/** Where a consent returns to on this server. @throws {DomainError} it leads elsewhere, or is too long */
export function returnPathOf(value: unknown, publicUrl: string): string | undefined {
  const wanted = textOf(value);
  const path = wanted === undefined ? undefined : ownPath(wanted, publicUrl);
  if (path !== undefined && path.length > MAX_RETURN_LENGTH) throw returnTooLong(MAX_RETURN_LENGTH);
  return path;
}

/** The id of what asks for the consent; a text that is none is ignored. */
export function requestOf({ request }: SetupQuery): string | undefined {
  return isUuid(request) ? String(request) : undefined;
}

/** The code in the query of a callback, also where it is not acceptable; the first of several: Plane sends one. */
export function codeOf({ code }: CallbackQuery): string | undefined {
  const [first]: unknown[] = [code].flat();
  return typeof first === 'string' && first !== '' ? first : undefined;
}

/** The parameters of a callback. @throws {DomainError} one was given twice or is too long */
export function callbackParameters(query: CallbackQuery): CallbackParameters {
  const error = textOf(query.error);
  const found = {
    state: textOf(query.state),
    code: textOf(query.code),
    appInstallationId: textOf(query.app_installation_id),
    error: error && (ERROR_CODE.test(error) ? error : 'an error'),
    errorDescription: textOf(query.error_description)?.slice(0, MAX_SHOWN_LENGTH),
  };
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined));
}
