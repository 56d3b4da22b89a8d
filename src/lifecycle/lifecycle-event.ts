import { type Installation } from '../installations/installation.js';

/** The fields of each lifecycle event beside its id, name and time. */
interface LifecycleDetails {
  /** The app was installed in a workspace, for the first time or again. */
  'installation.added': { readonly installation: Installation };
  /** The app is no longer installed in a workspace; its tokens are revoked. */
  'installation.removed': { readonly installation: Installation };
  /** This user's token cannot be refreshed until they consent again. */
  'token.needs_consent': {
    readonly planeUserId: string;
    /** By whose app: the id of the connection. */
    readonly connectionId: string;
    readonly reason: string;
  };
}

/** The names of lifecycle events. */
export type LifecycleEventName = keyof LifecycleDetails;

/** All names. */
export const LIFECYCLE_EVENTS: readonly LifecycleEventName[] = [
  'installation.added',
  'installation.removed',
  'token.needs_consent',
];

/** Something that happened to the app itself; published by Hangar, not by Plane. */
export type LifecycleEvent<N extends LifecycleEventName = LifecycleEventName> = {
  [Name in N]: {
    /** Stable over retries: the handler's idempotency key. */
    readonly id: string;
    readonly name: Name;
    readonly occurredAt: Date;
  } & LifecycleDetails[Name];
}[N];

/** A lifecycle event in the queue: installations by their id, read when the event is handled. */
export type LifecycleNotice = { readonly id: string; readonly occurredAt: string } & (
  | { readonly name: 'installation.added' | 'installation.removed'; readonly installationId: string }
  | {
      readonly name: 'token.needs_consent';
      readonly planeUserId: string;
      /** Absent where an earlier release published it: the connection without a name. */
      readonly connectionId?: string;
      readonly reason: string;
    }
);
