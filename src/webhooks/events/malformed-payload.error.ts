import { DomainError } from '../../common/domain-error.js';

/** The details of {@link MalformedPayloadError}. None of them repeats the payload. */
export const malformed = {
  empty: () => 'The body is empty. Plane sends a JSON object.',
  notUtf8: () => 'The body is not UTF-8.',
  notJson: (position?: number) =>
    `The body is not JSON${position === undefined ? '' : `: the first error is at character ${String(position)}`}.`,
  notAnObject: (kind: string) => `The body is JSON, but it is ${kind} instead of an object.`,
  tooMuch: (maxDepth: number, maxValues: number, offset: number) =>
    `The body is nested deeper than ${String(maxDepth)} levels, or has more than ${String(maxValues)} values, at byte ${String(offset)}.`,
  wrongField: (path: string, wanted: string) => `"${path}" must be ${wanted}.`,
  unknownShape: () =>
    'The payload has none of Plane\'s shapes: v2 has "version": "v2", v1 has "event" and "action", an agent\'s has "type" and "action".',
};

/** A signed body that is not a JSON object, which is answered with 400, or has none of Plane's shapes. */
export class MalformedPayloadError extends DomainError {
  /** @param detail one of {@link malformed}; never a part of the payload */
  constructor(detail: string) {
    super({ code: 'malformed_payload', title: 'Malformed payload', detail, status: 400 });
  }
}
