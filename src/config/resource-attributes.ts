/** What names a process in traces. */
export type ResourceAttributes = Readonly<Record<string, string>>;

/** `key=value` pairs, separated by commas, values percent-encoded, as OpenTelemetry writes a resource. */
export function resourceAttributes(text: string): ResourceAttributes {
  const pairs = text
    .split(',')
    .map((pair) => pair.trim())
    .filter((pair) => pair !== '');
  return Object.fromEntries(pairs.map(attribute));
}

function attribute(pair: string): [string, string] {
  const at = pair.indexOf('=');
  const key = pair.slice(0, Math.max(at, 0)).trim();
  if (key === '') throw new Error(`must be "key=value" pairs; "${pair}" is not`);
  return [key, decoded(pair.slice(at + 1).trim())];
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    throw new Error(`must hold percent-encoded values; "${value}" is not`);
  }
}
