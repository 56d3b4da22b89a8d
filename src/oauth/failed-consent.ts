import { type PendingConsent } from './oauth-states.repository.js';

/** A consent that failed although it was begun here; says what it was begun for, so that it can be begun again. */
export class FailedConsent extends Error {
  constructor(
    readonly begun: PendingConsent,
    override readonly cause: unknown,
  ) {
    super('a consent failed');
    this.name = 'FailedConsent';
  }

  /** Where the same consent is begun again. */
  get tryAgain(): string {
    const { flow, returnTo } = this.begun;
    const query = new URLSearchParams({
      ...(flow === 'user' && { flow }),
      ...(returnTo && { return_to: returnTo }),
    });
    return query.size === 0 ? '/oauth/setup' : `/oauth/setup?${query.toString()}`;
  }
}
