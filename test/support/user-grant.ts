import { Secret } from '../../src/common/secret.js';
import { type Grant } from '../../src/plane/plane-answers.js';
import { type PlaneOAuthService } from '../../src/plane/plane-oauth.service.js';
import { Browser } from './browser.js';

/** The tokens of a user who consents at the simulator. */
export async function userGrant(oauth: PlaneOAuthService, simulatorUrl: string): Promise<Grant> {
  const form = new URLSearchParams(new URL(oauth.consentUrl('any')).search);
  form.set('decision', 'authorise');
  const decide = `${simulatorUrl}/auth/o/authorize-app/decide`;
  const decided = await new Browser().open(decide, { method: 'POST', body: form });
  const { searchParams } = new URL(decided.headers.get('location') ?? '');
  return oauth.exchangeCode(new Secret(searchParams.get('code') ?? ''));
}
