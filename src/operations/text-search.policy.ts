import { validate as isUuid } from 'uuid';
import { roleMissing } from '../identity/identity.errors.js';
import { includesRole } from '../identity/operator-role.js';
import { type Operator } from '../identity/operator.js';

/**
 * Words are looked for in payloads, and a half typed one finds them letter by letter: they are for those who may read a
 * payload. Anybody may look for an id.
 *
 * @throws {DomainError} `role_missing`
 */
export function requireTextSearch({ role }: Operator, text: string | undefined): void {
  if (text === undefined || isUuid(text.trim())) return;
  if (role === undefined || !includesRole(role, 'operator')) throw roleMissing('operator', role);
}
