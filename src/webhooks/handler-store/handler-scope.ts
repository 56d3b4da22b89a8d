/** Whose values and work these are. */
export interface HandlerScope {
  /** Hangar's own id. */
  readonly installationId: string;
  readonly handlerClass: string;
}

const MAX_KEY_LENGTH = 200;
const MAX_VALUE_BYTES = 65_536;

/** @throws {TypeError} that names the limits of a key */
export function requireKey(key: string): void {
  const valid = typeof key === 'string' && key !== '' && key.length <= MAX_KEY_LENGTH && !key.includes('\0');
  if (!valid || !key.isWellFormed())
    throw new TypeError(`a key must be a text of 1 to ${MAX_KEY_LENGTH} characters, without NUL`);
}

/** A value as JSON; `undefined` for one that is not JSON, or longer than 64 KiB. */
export function jsonOf(value: unknown): string | undefined {
  try {
    const json = JSON.stringify(value) as string | undefined;
    return json !== undefined && Buffer.byteLength(json) <= MAX_VALUE_BYTES ? json : undefined;
  } catch {
    return undefined; // a BigInt, or an object that contains itself
  }
}

/** The same for a value that must be stored. @throws {TypeError} */
export function requireJson(value: unknown): string {
  const json = jsonOf(value);
  if (json === undefined) throw new TypeError(`a value must be JSON of at most ${MAX_VALUE_BYTES} bytes`);
  return json;
}
