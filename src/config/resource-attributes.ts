import { commaSeparated } from './parsers.js';

/** The attributes of the resource in traces (OpenTelemetry). */
export type ResourceAttributes = Readonly<Record<string, string>>;

/** Parses `key=value` pairs, comma separated, values percent-encoded (OpenTelemetry, `OTEL_RESOURCE_ATTRIBUTES`). */
export function resourceAttributes(text: string): ResourceAttributes {
  return Object.fromEntries(commaSeparated(text).map(attribute));
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
    throw new Error(`must contain percent-encoded values; "${value}" is not`);
  }
}
