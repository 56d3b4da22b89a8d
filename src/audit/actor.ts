/** Who acts: a signed-in person, a program with a token, the command line, the server itself, or nobody that is known. */
export type ActorKind = 'person' | 'machine' | 'command' | 'server' | 'anonymous';

/** Who does something, as the audit log names them. */
export interface Actor {
  readonly kind: ActorKind;
  /** Stable: the subject at the identity provider, the user of the operating system, the host. */
  readonly id: string;
  /** For people; what the identity provider says. */
  readonly name?: string;
  /** The address that the request came from, or the host that the command ran on. */
  readonly from?: string;
}
