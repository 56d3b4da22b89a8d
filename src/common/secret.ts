import { inspect } from 'node:util';

const SHOWN = '[secret]';

/**
 * A value that must not be printed. String concatenation, JSON, `inspect` and loggers get
 * `[secret]`; only {@link Secret.reveal} returns the value.
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The value itself. Call it where the value is used, and keep no copy. */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return SHOWN;
  }

  toJSON(): string {
    return SHOWN;
  }

  [inspect.custom](): string {
    return SHOWN;
  }
}
