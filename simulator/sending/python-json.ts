/** A number that is a float in Python: written `1.0` even when it is an integer. */
export class PythonFloat {
  constructor(readonly value: number) {}
}

/** Values that can be serialised. `undefined` properties are omitted. */
export type PythonValue =
  | PythonFloat
  | string
  | number
  | bigint
  | boolean
  | null
  | undefined
  | readonly PythonValue[]
  | { readonly [key: string]: PythonValue };

/** Python's `repr` of a float: JavaScript's digits, with an exponent from 1e16 up and below 1e-4. */
function floatText(value: number): string {
  if (!Number.isFinite(value)) throw new TypeError('JSON has no infinity and no NaN');
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0';
  const [digits = '', power = ''] = value.toExponential().split('e');
  const exponent = Number(power);
  if (exponent >= 16 || exponent < -4) {
    return `${digits}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
  }
  // JavaScript uses exponents only below 1e-6 and above 1e21; between, its text equals Python's.
  const text = String(value);
  return text.includes('.') ? text : `${text}.0`;
}

function stringText(value: string): string {
  return JSON.stringify(value).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function isList(value: PythonValue): value is readonly PythonValue[] {
  return Array.isArray(value);
}

/**
 * Writes a value as Python's `json.dumps` with its defaults does, which is what Plane signs and sends:
 * `", "` and `": "`, ASCII only (`\uXXXX`, surrogate pairs), floats such as `1.0`.
 */
export function pythonJson(value: PythonValue): string {
  if (value === null || value === undefined) return 'null';
  if (value instanceof PythonFloat) return floatText(value.value);
  if (typeof value === 'string') return stringText(value);
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value).toString() : floatText(value);
  if (typeof value === 'bigint' || typeof value === 'boolean') return String(value);
  if (isList(value)) return `[${value.map(pythonJson).join(', ')}]`;
  const pairs = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return `{${pairs.map(([key, inner]) => `${stringText(key)}: ${pythonJson(inner)}`).join(', ')}}`;
}

type SourceReviver = (key: string, value: unknown, context: { source?: string }) => unknown;

/** `JSON.parse` that preserves floats such as `65535.0` and big integers. */
export function parsePythonJson(text: string): PythonValue {
  const revive: SourceReviver = (_key, value, { source }) => {
    if (typeof value !== 'number' || source === undefined) return value;
    if (/[.eE]/.test(source)) return new PythonFloat(value);
    return Number.isSafeInteger(value) ? value : BigInt(source);
  };
  return JSON.parse(text, revive as (key: string, value: unknown) => unknown) as PythonValue;
}
