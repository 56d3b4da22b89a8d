import { type ReceivedSpan } from './otlp-json.js';

/** Numbers of fields in opentelemetry-proto's `trace.proto` and `trace_service.proto`. */
const RESOURCE_SPANS = 1;
const SCOPE_SPANS = 2;
const SPANS = 2;
const SPAN = { traceId: 1, spanId: 2, parentSpanId: 4, name: 5, kind: 6, start: 7, end: 8 } as const;

type Field = number | bigint | Buffer;

/** Reads an export in OTLP's binary form: what a span is called, and where it stands. Attributes are left out. */
export function spansInProtobuf(body: Buffer): ReceivedSpan[] {
  return messages(body, RESOURCE_SPANS)
    .flatMap((resource) => messages(resource, SCOPE_SPANS))
    .flatMap((scope) => messages(scope, SPANS))
    .map(spanOf);
}

function spanOf(span: Buffer): ReceivedSpan {
  const fields = fieldsOf(span);
  const bytes = (number: number): Buffer => {
    const value = fields.find(([field]) => field === number)?.[1];
    return Buffer.isBuffer(value) ? value : Buffer.alloc(0);
  };
  const number = (field: number): bigint => BigInt((fields.find(([each]) => each === field)?.[1] ?? 0) as number);
  return {
    traceId: bytes(SPAN.traceId).toString('hex'),
    spanId: bytes(SPAN.spanId).toString('hex'),
    parentSpanId: bytes(SPAN.parentSpanId).toString('hex'),
    name: bytes(SPAN.name).toString(),
    kind: Number(number(SPAN.kind)),
    startNanos: number(SPAN.start),
    endNanos: number(SPAN.end),
    attributes: {},
    status: 0,
    events: [],
    links: [],
    resource: {},
  };
}

/** The texts, bytes and messages that a message has in the field of this number. */
export function messages(message: Buffer, number: number): Buffer[] {
  return fieldsOf(message).flatMap(([field, value]) => (field === number && Buffer.isBuffer(value) ? [value] : []));
}

/** Protocol buffers' wire format: a tag, and a varint, eight, four or a told number of bytes. */
function fieldsOf(message: Buffer): [number: number, value: Field][] {
  const fields: [number, Field][] = [];
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = message.readUInt8(at++);
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
  };
  const bytes = (length: number): Buffer => message.subarray(at, (at += length));
  while (at < message.length) {
    const tag = varint();
    const [field, type] = [Math.floor(tag / 8), tag % 8];
    if (type === 0) fields.push([field, varint()]);
    else if (type === 1) fields.push([field, bytes(8).readBigUInt64LE()]);
    else if (type === 5) fields.push([field, bytes(4).readUInt32LE()]);
    else if (type === 2) fields.push([field, bytes(varint())]);
    else throw new Error(`wire type ${type} at ${at}`);
  }
  return fields;
}
