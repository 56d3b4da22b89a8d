import { type Installation } from '../installations/installation.js';

/** What each lifecycle event tells beside its id, name and time. */
interface LifecycleDetails {
  /** The app was installed in a workspace, for the first time or again. */
  'installation.added': { readonly installation: Installation };
  /** The app is no longer installed in a workspace; its tokens are wiped. */
  'installation.removed': { readonly installation: Installation };
  /** Nothing but a new consent brings this person's token back. */
  'token.needs_consent': { readonly planeUserId: string; readonly reason: string };
}

/** The names of lifecycle events. */
export type LifecycleEventName = keyof LifecycleDetails;

/** All names, for those who check them at run time. */
export const LIFECYCLE_EVENTS: readonly LifecycleEventName[] = [
  'installation.added',
  'installation.removed',
  'token.needs_consent',
];

/** Something that happened to the app itself, told by Hangar and not by Plane. */
export type LifecycleEvent<N extends LifecycleEventName = LifecycleEventName> = {
  [Name in N]: {
    /** Stable over retries: the handler's idempotency key. */
    readonly id: string;
    readonly name: Name;
    readonly occurredAt: Date;
  } & LifecycleDetails[Name];
}[N];

/** A lifecycle event as it waits in the queue: installations by their id, read anew when it is handled. */
export type LifecycleNotice = { readonly id: string; readonly occurredAt: string } & (
  | { readonly name: 'installation.added' | 'installation.removed'; readonly installationId: string }
  | { readonly name: 'token.needs_consent'; readonly planeUserId: string; readonly reason: string }
);
