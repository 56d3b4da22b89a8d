import { type Secret } from '../common/secret.js';
import { type HangarConfig } from '../config/hangar-config.js';

/** The text that is printed once the server accepts requests. */
export function banner(config: HangarConfig, simulatorUrl: string | undefined, token?: Secret): string {
  const lines = [`Hangar is ready on ${config.publicUrl}`];
  if (simulatorUrl)
    lines.push(
      'PLANE_CLIENT_ID is not set, so a Plane simulator is running. To see a webhook handled:',
      `  1. open ${simulatorUrl} and press "Install"`,
      '  2. write the comment /ping there; the app answers pong',
    );
  else
    lines.push(`  install the app: ${config.publicUrl}/oauth/setup`, `  webhooks: ${config.publicUrl}/webhooks/plane`);
  if (token) lines.push('Console:', `  open ${config.publicUrl}/console/sign-in?token=${token.reveal()}`);
  return `\n${lines.map((line) => `  ${line}`).join('\n')}\n\n`;
}
