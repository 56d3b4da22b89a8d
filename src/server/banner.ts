import { type HangarConfig } from '../config/hangar-config.js';
import { ownManifest } from './package-root.js';

/** What the banner says beside the configuration. */
export interface BannerFacts {
  /** Where a simulator was started. */
  readonly simulatorUrl: string | undefined;
  /** Whether a handler of the app is an agent. */
  readonly hasAgent: boolean;
  /** The address that signs in to the console without an identity provider. */
  readonly signIn: string | undefined;
}

/** The text that is printed once the server accepts requests. */
export function banner(config: HangarConfig, { simulatorUrl, hasAgent, signIn }: BannerFacts): string {
  const lines = [`Hangar is ready on ${config.publicUrl}`, `  ${processLine(config)}`];
  if (simulatorUrl) lines.push(...simulatorLines(simulatorUrl, hasAgent));
  else lines.push(`  ${installLine(config)}`, `  webhooks: ${config.publicUrl}/webhooks/plane`);
  if (signIn !== undefined) lines.push('Console:', `  open ${signIn}`);
  return `\n${lines.map((line) => `  ${line}`).join('\n')}\n\n`;
}

function installLine({ planeMode, planeWorkspace, planeClientId, publicUrl, apps }: HangarConfig): string {
  if (planeClientId === undefined && apps.length > 0 && planeMode === 'oauth')
    return `connections: ${apps.map(({ id, mode }) => `${id} (${mode})`).join(', ')}; install the app at ${publicUrl}/oauth/setup/<connection>`;
  return planeMode === 'api-key'
    ? `workspace: ${planeWorkspace}, with an API key; "hangar doctor" says what an admin sets up in Plane`
    : `install the app: ${publicUrl}/oauth/setup`;
}

/** How to see the app at work with a simulator. */
export function simulatorLines(url: string, hasAgent: boolean): string[] {
  const question = '  3. ask "@your-app how many open items are in this project?" there; the app counts them';
  return [
    'PLANE_CLIENT_ID is not set, so a Plane simulator is running. To see the app at work:',
    `  1. open ${url} and press "Install"`,
    '  2. write the comment /ping there; the app answers pong',
    ...(hasAgent ? [question] : []),
  ];
}

function processLine({ publicUrl, port, metricsPort, roles }: HangarConfig): string {
  const parts = [`version ${ownManifest().version}`, `port ${port}`, `metrics on port ${metricsPort || 'any'}`];
  return `${parts.join(', ')}, roles ${roles.join(', ')}; health: ${publicUrl}/health/ready`;
}
