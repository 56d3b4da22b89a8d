import { randomBytes } from 'node:crypto';
import { Secret } from '../src/common/secret.js';
import { type CommunityRelease, communityRelease, NEWEST_RELEASE } from './community/release.js';
import { PLANE_SETTINGS, type Settings } from './settings.js';

/** Plane's editions: the commercial one, which Plane Cloud runs, and the community edition, which has no OAuth. */
export const EDITIONS = ['cloud', 'ce'] as const;
/** One of {@link EDITIONS}. */
export type Edition = (typeof EDITIONS)[number];

/** Options of {@link startSimulator}. Everything but the port has a default. */
export interface SimulatorOptions {
  /** Which Plane to simulate; default `cloud`. */
  edition?: Edition;
  /** Release of the community edition, `v1.3.1`; default the newest one that is known. */
  plane?: string;
  /** Address to listen on; default `127.0.0.1`. */
  host?: string;
  /** 0 selects a free port. */
  port: number;
  /** The app's credentials; random by default. */
  clientId?: string;
  clientSecret?: string;
  /** `plane_wh_` and 32 hex digits; random by default. */
  webhookSecret?: string;
  /**
   * The API key, for `X-Api-Key`: `plane_api_` and 32 hex digits; random by default. The admin's; in the community edition
   * that of the user `build-bot`.
   */
  apiKey?: string;
  /** The app's Setup URL, the target of "Install"; default `http://localhost:3000/oauth/setup`. */
  setupUrl?: string;
  /** The app's console, which the page links to; default none. */
  consoleUrl?: string;
  /** The app's Redirect URIs; default `http://localhost:3000/oauth/callback`. */
  redirectUris?: string[];
  /** The app's Webhook URL; default `http://localhost:3000/webhooks/plane`. */
  webhookUrl?: string;
  /** Lifetime of access tokens, seconds; default 86400. */
  accessTokenSeconds?: number;
  /** Delay between two attempts of a webhook, milliseconds, before jitter; default 600000. */
  retryBaseMs?: number;
  /** Divisor of that delay; default 1. */
  timeScale?: number;
  /** Factor of the time after which an agent run becomes stale; default 1, which is five minutes. */
  agentTimeScale?: number;
  /** Called with a line for each action; never with a secret or a token. */
  log?: (line: string) => void;
}

/** The app as it is registered with the simulated Plane. */
export interface RegisteredApp {
  readonly clientId: string;
  readonly clientSecret: Secret;
  readonly webhookSecret: Secret;
  readonly apiKey: Secret;
  readonly setupUrl: string;
  readonly consoleUrl: string | null;
  readonly redirectUris: readonly string[];
  readonly webhookUrl: string;
}

const hex = (bytes: number) => randomBytes(bytes).toString('hex');

/** The app, with random values where options are absent. */
export function registeredApp(options: SimulatorOptions): RegisteredApp {
  return {
    clientId: options.clientId ?? hex(16),
    clientSecret: new Secret(options.clientSecret ?? hex(32)),
    webhookSecret: new Secret(options.webhookSecret ?? `plane_wh_${hex(16)}`),
    apiKey: new Secret(options.apiKey ?? `plane_api_${hex(16)}`),
    setupUrl: options.setupUrl ?? 'http://localhost:3000/oauth/setup',
    consoleUrl: options.consoleUrl ?? null,
    redirectUris: options.redirectUris ?? ['http://localhost:3000/oauth/callback'],
    webhookUrl: options.webhookUrl ?? 'http://localhost:3000/webhooks/plane',
  };
}

/** The release of the community edition that the options ask for; `null` for Plane Cloud. @throws 400 for a wrong version */
export function releaseOf({ edition, plane = NEWEST_RELEASE }: SimulatorOptions): CommunityRelease | null {
  return edition === 'ce' ? communityRelease(plane) : null;
}

/** The initial settings. */
export function initialSettings(options: SimulatorOptions): Settings {
  const community = options.edition === 'ce';
  return {
    ...PLANE_SETTINGS,
    slidingRateLimit: community,
    shape: community ? 'ce' : 'v2',
    accessTokenSeconds: options.accessTokenSeconds ?? PLANE_SETTINGS.accessTokenSeconds,
    retryBaseMs: options.retryBaseMs ?? PLANE_SETTINGS.retryBaseMs,
    timeScale: options.timeScale ?? PLANE_SETTINGS.timeScale,
    agentTimeScale: options.agentTimeScale ?? PLANE_SETTINGS.agentTimeScale,
  };
}
