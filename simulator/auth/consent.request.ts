import { type RegisteredApp } from '../simulator-options.js';
import { optionalText } from '../http-body.js';

/** The app's authorization request: RFC 6749 §4.1.1. */
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
 * Why the browser must not be redirected to the app (RFC 6749 §4.1.2.1: unknown client or redirect URI), as a text
 * for the user; `undefined` when it may.
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

/** The redirect URI with the response's parameters added to its own. */
export function redirectBack(request: ConsentRequest, answer: Record<string, string>): string {
  const url = new URL(request.redirectUri);
  for (const [name, value] of Object.entries(answer)) url.searchParams.set(name, value);
  if (request.state !== undefined) url.searchParams.set('state', request.state);
  return url.href;
}
