import { html, type Html } from '../../common/html.js';
import { includesRole, type OperatorRole } from '../../identity/operator-role.js';
import { type Operator } from '../../identity/operator.js';

/** Whether the operator may do what asks for the role. */
export function mayAct({ role }: Operator, needed: OperatorRole): boolean {
  return role !== undefined && includesRole(role, needed);
}

/** The form, or a sentence that says which role it asks for. @param what the act as a noun: `Replaying` */
export function ifAllowed(operator: Operator, needed: OperatorRole, what: string, form: () => Html): Html {
  if (mayAct(operator, needed)) return form();
  return html`<p class="hint">${what} needs the role <strong>${needed}</strong>; yours is ${
    operator.role ?? 'none'
  }.</p>`;
}
