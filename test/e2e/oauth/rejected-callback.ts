import { Secret } from '../../../src/common/secret.js';
import { type STATE_REASONS } from '../../../src/oauth/oauth.errors.js';
import { StateCodec } from '../../../src/oauth/state-codec.js';
import { Browser } from '../../support/browser.js';
import { type HangarWithSimulator } from '../../support/hangar-with-simulator.js';

const HOUR_MS = 3_600_000;

/** A callback of an installation whose state is not accepted. */
export async function rejectedCallback(
  together: HangarWithSimulator,
  reason: keyof typeof STATE_REASONS,
  installationId?: string,
): Promise<{ browser: Browser; back: string }> {
  const browser = new Browser();
  const back = new URL(
    await browser.consent(together.url, '/oauth/setup', { decision: 'install', workspace: 'sandbox' }),
  );
  if (installationId !== undefined) back.searchParams.set('app_installation_id', installationId);
  if (reason === 'used') await browser.open(back.href);
  if (reason === 'unknown') back.searchParams.set('state', 'A'.repeat(43));
  if (reason === 'expired') back.searchParams.set('state', codecOf(together).issue('bot', Date.now() - HOUR_MS));
  return { browser: reason === 'foreign' ? new Browser() : browser, back: back.href };
}

/** Makes the states of the server under test. */
function codecOf({ environment }: HangarWithSimulator): StateCodec {
  const [kid = '', key = ''] = (environment['HANGAR_ENCRYPTION_KEYS'] ?? '').split(':');
  return new StateCodec({ encryptionKeys: [{ kid, key: new Secret(key) }] });
}
