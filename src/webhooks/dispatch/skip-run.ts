/** Thrown by `context.skip`: ends the run as handled, with the reason. */
export class SkipRun extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = 'SkipRun';
  }
}
