import { randomBytes } from 'node:crypto';
import { Secret } from '../src/common/secret.js';
import { PLANE_SETTINGS, type Settings } from './settings.js';

/** Options of {@link startSimulator}. Everything but the port has a default. */
export interface SimulatorOptions {
  /** Address to listen on; default `127.0.0.1`. */
  host?: string;
  /** 0 selects a free port. */
  port: number;
  /** The app's credentials; random by default. */
  clientId?: string;
  clientSecret?: string;
  /** `plane_wh_` and 32 hex digits; random by default. */
  webhookSecret?: string;
  /** The admin's API key, for `X-Api-Key`: `plane_api_` and 32 hex digits; random by default. */
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

/** The initial settings. */
export function initialSettings(options: SimulatorOptions): Settings {
  return {
    ...PLANE_SETTINGS,
    accessTokenSeconds: options.accessTokenSeconds ?? PLANE_SETTINGS.accessTokenSeconds,
    retryBaseMs: options.retryBaseMs ?? PLANE_SETTINGS.retryBaseMs,
    timeScale: options.timeScale ?? PLANE_SETTINGS.timeScale,
    agentTimeScale: options.agentTimeScale ?? PLANE_SETTINGS.agentTimeScale,
  };
}
