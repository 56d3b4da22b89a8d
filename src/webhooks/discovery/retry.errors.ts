const MAX_DELAY_SECONDS = 604_800;

/** Thrown by a handler to be run on the event again later, which uses up no attempt. */
export class RetryLater extends Error {
  readonly seconds: number;

  /** @param seconds from now, up to a week */
  constructor(seconds: number, reason = 'the handler asked to be run later') {
    if (!(seconds >= 0 && seconds <= MAX_DELAY_SECONDS))
      throw new TypeError(`RetryLater takes from 0 to ${MAX_DELAY_SECONDS} seconds, not ${seconds}`);
    super(reason);
    this.name = 'RetryLater';
    this.seconds = seconds;
  }
}

/** Thrown by a handler that can never handle the event: it is dead-lettered at once. */
export class DoNotRetry extends Error {
  constructor(reason: string, options?: ErrorOptions) {
    super(reason, options);
    this.name = 'DoNotRetry';
  }
}
