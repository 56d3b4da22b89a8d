import { type Actor } from '../audit/actor.js';
import { type OperatorRole } from './operator-role.js';

/** Who is behind a request to the console or the API. */
export interface Operator {
  /** `person`: a browser's session; `machine`: a bearer token. */
  readonly kind: 'person' | 'machine';
  readonly issuer: string;
  /** The subject at the identity provider. */
  readonly subject: string;
  readonly name?: string;
  readonly email?: string;
  /** `undefined` for somebody who has signed in and may do nothing. */
  readonly role: OperatorRole | undefined;
  /** Of a session: what forms and scripts must send back with what acts. */
  readonly csrfToken?: string;
  /** The address that the request came from. */
  readonly from: string;
}

/** How the audit log names an operator. */
export function actorOf({ kind, subject, name, email, from }: Operator): Actor {
  const known = name ?? email;
  return { kind, id: subject, from, ...(known !== undefined && { name: known }) };
}
