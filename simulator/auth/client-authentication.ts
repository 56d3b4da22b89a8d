import { type RegisteredApp } from '../simulator-options.js';

/** Whether an `Authorization: Basic` header contains the app's credentials. */
export function basicIsRight(header: string | undefined, app: RegisteredApp): boolean {
  const [scheme, encoded = ''] = (header ?? '').split(' ');
  if (scheme?.toLowerCase() !== 'basic') return false;
  const expected = `${app.clientId}:${app.clientSecret.reveal()}`;
  return Buffer.from(encoded, 'base64').toString() === expected;
}

/** Whether a form contains the app's credentials. */
export function bodyIsRight(form: Record<string, unknown>, app: RegisteredApp): boolean {
  return form.client_id === app.clientId && form.client_secret === app.clientSecret.reveal();
}
