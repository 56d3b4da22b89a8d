import { type RegisteredApp } from '../simulator-options.js';
import { optionalText } from '../http-body.js';

/** What the app asks consent for: RFC 6749 §4.1.1. */
export interface ConsentRequest {
  readonly clientId: string;
  readonly redirectUri: string;
  readonly responseType: string;
  readonly scope: string;
  readonly state: string | undefined;
}

/** Reads the parameters of a query or a form. */
export function consentRequest(values: Record<string, unknown>): ConsentRequest {
  return {
    clientId: optionalText(values, 'client_id') ?? '',
    redirectUri: optionalText(values, 'redirect_uri') ?? '',
    responseType: optionalText(values, 'response_type') ?? '',
    scope: optionalText(values, 'scope') ?? '',
    state: optionalText(values, 'state'),
  };
}

/**
 * Why a browser must not be sent back to the app (RFC 6749 §4.1.2.1: unknown client or redirect URI), in words for
 * a person; `undefined` when it may.
 */
export function untrusted(request: ConsentRequest, app: RegisteredApp): string | undefined {
  if (request.clientId !== app.clientId) {
    return `No app has the client id "${request.clientId}". Compare PLANE_CLIENT_ID with the one on the front page.`;
  }
  if (!app.redirectUris.includes(request.redirectUri)) {
    return `"${request.redirectUri}" is not a redirect URI of the app. Registered: ${app.redirectUris.join(', ')}.`;
  }
  return undefined;
}

/** The redirect URI with the answer's parameters; what it has already is kept. */
export function redirectBack(request: ConsentRequest, answer: Record<string, string>): string {
  const url = new URL(request.redirectUri);
  for (const [name, value] of Object.entries(answer)) url.searchParams.set(name, value);
  if (request.state !== undefined) url.searchParams.set('state', request.state);
  return url.href;
}
