import { type IncomingMessage } from 'node:http';

const MAX_DISCARDED_BYTES = 262_144;

/** `trusted`: the sender is known; `ignored`: the response does not depend on the body. */
type BodyUse = 'trusted' | 'ignored';

const uses = new WeakMap<IncomingMessage, BodyUse>();

/** Whether a request announces a body. */
export function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/** The declared length of a body; NaN where there is none. */
export function declaredLength({ headers }: IncomingMessage): number {
  return Number(headers['content-length'] ?? Number.NaN);
}

/** Whether a body is too long, or may be, to be read only in order to use its connection again. */
export function isLongBody({ headers }: IncomingMessage): boolean {
  return !(Number(headers['content-length']) <= MAX_DISCARDED_BYTES);
}

/** Decides, before the body of a request is read, what it is read for. Without a decision it is that of an unauthenticated client. */
export function decideBody(request: IncomingMessage, use: BodyUse): void {
  uses.set(request, use);
}

/** What was decided with {@link decideBody}. */
export function bodyUse(request: IncomingMessage): BodyUse | undefined {
  return uses.get(request);
}
