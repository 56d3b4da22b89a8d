import { type Secret } from '../common/secret.js';

/** Takes every secret out of a text: as it is, URL-encoded, and in base64 (also inside HTTP Basic credentials). */
export function scrub(text: string, secrets: readonly Secret[]): string {
  const forms = secrets.flatMap((secret) => formsOf(secret.reveal()));
  return forms.reduce((rest, form) => rest.replaceAll(form, '[secret]'), text);
}

function formsOf(value: string): string[] {
  if (value === '') return [];
  const base64 = Buffer.from(value).toString('base64');
  return [value, encodeURIComponent(value), base64, base64.replace(/=+$/, '')];
}
