import { ConfigError } from './config.error.js';
import { type Environment, readSecretFile } from './environment.js';

/** Variables by name, each read when it is asked for. */
export type Settings = Readonly<Record<string, string>>;

const FILE_SUFFIX = '_FILE';

/**
 * What `ConfigService` reads: every variable `X` of the environment, and the content of the file that `X_FILE` names.
 * Nothing is enumerable, so that neither a log nor `process.env` gets a copy of a secret.
 *
 * @throws {ConfigError} on access to `X` where its file cannot be read
 */
export function settingsOf(environment: Environment): Settings {
  const settings = Object.create(null) as Settings;
  const define = (name: string, get: () => string): void =>
    void Object.defineProperty(settings, name, { configurable: true, get });
  for (const [name, path] of Object.entries(environment))
    if (path && name.endsWith(FILE_SUFFIX)) define(name.slice(0, -FILE_SUFFIX.length), () => contentOf(name, path));
  for (const [name, text] of Object.entries(environment)) if (text) define(name, () => text);
  return settings;
}

function contentOf(name: string, path: string): string {
  const { text, issue } = readSecretFile(name, path);
  if (issue) throw new ConfigError([issue]);
  return text ?? '';
}
