/** The kind of an actor: a signed-in person, a program with a token, the command line, the server itself, or an unknown client. */
export type ActorKind = 'person' | 'machine' | 'command' | 'server' | 'anonymous';

/** Who performs an operation, as recorded in the audit log. */
export interface Actor {
  readonly kind: ActorKind;
  /** Stable: the subject at the identity provider, the user of the operating system, the host. */
  readonly id: string;
  /** The identity provider that the subject belongs to; stored in `details.issuer`. */
  readonly issuer?: string;
  /** The name at the identity provider; for people. */
  readonly name?: string;
  /** The address that the request came from, or the host that the command ran on. */
  readonly from?: string;
}
