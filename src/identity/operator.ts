import { type Actor } from '../audit/actor.js';
import { type OperatorRole } from './operator-role.js';

/** Who sends a request to the console or the API. */
export interface Operator {
  /** `person`: authenticated by a session; `machine`: by a bearer token. */
  readonly kind: 'person' | 'machine';
  readonly issuer: string;
  /** The subject at the identity provider. */
  readonly subject: string;
  readonly name?: string;
  readonly email?: string;
  /** `undefined`: signed in, without any role. */
  readonly role: OperatorRole | undefined;
  /** Of a machine without a role: values of the roles claim, to show. */
  readonly roleValues?: readonly string[];
  /** Of a session: the CSRF token that forms and scripts must send with requests that change something. */
  readonly csrfToken?: string;
  /** The address that the request came from. */
  readonly from: string;
}

/** The operator as an actor of the audit log. */
export function actorOf({ kind, issuer, subject, name, email, from }: Operator): Actor {
  const known = name ?? email;
  return { kind, id: subject, issuer, from, ...(known !== undefined && { name: known }) };
}
