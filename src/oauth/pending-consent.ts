import { type StateReason } from './oauth.errors.js';

/** Who consents: an admin to the app's bot in a workspace, or a user to the app acting in their name. */
export const OAUTH_FLOWS = ['bot', 'user'] as const;

export type OAuthFlow = (typeof OAUTH_FLOWS)[number];

/** A consent that was started and is not finished yet. */
export interface PendingConsent {
  readonly flow: OAuthFlow;
  /** The connection that it is for; default: that without a name. */
  readonly connection?: string;
  readonly returnTo?: string;
  /** Who was signed in when it was started; the Plane user is linked to them. */
  readonly subject?: string;
  /** The id of what has asked for it, see `ConsentRequestsRegistry`. */
  readonly request?: string;
}

/** A consent that was started here and failed. It carries what it was for, so that it can be started again. */
export class FailedConsent extends Error {
  constructor(
    readonly pending: PendingConsent,
    override readonly cause: unknown,
    /** Where its state is the cause. */
    readonly stateReason?: StateReason,
  ) {
    super('a consent failed');
    this.name = 'FailedConsent';
  }

  /** Where the same consent is started again. */
  get tryAgain(): string {
    const { flow, returnTo, request, connection } = this.pending;
    const path = setupPathOf(connection);
    const query = new URLSearchParams({
      ...(flow === 'user' && { flow }),
      ...(returnTo && { return_to: returnTo }),
      ...(request && { request }),
    });
    return query.size === 0 ? path : `${path}?${query.toString()}`;
  }
}

/** Where a consent is started. @param connection default: that without a name */
function setupPathOf(connection: string | undefined): string {
  return connection === undefined ? '/oauth/setup' : `/oauth/setup/${connection}`;
}
