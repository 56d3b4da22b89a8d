import { randomUUID } from 'node:crypto';
import { html, type Html, type HtmlValue } from '../../common/html.js';
import { includesRole, type OperatorRole } from '../../identity/operator-role.js';
import { type Operator } from '../../identity/operator.js';

/** A form that runs an operation. */
export interface OperationForm {
  readonly action: string;
  readonly button: string;
  /** The accessible name of the button, where its text does not say what it applies to. */
  readonly label?: string;
  /** Hidden values. */
  readonly values?: Readonly<Record<string, string | undefined>>;
  readonly fields?: HtmlValue;
  /** `primary`: the main operation of the page; `danger`: cannot be undone. */
  readonly look?: 'primary' | 'danger' | 'plain';
  /** The page that shows an error. */
  readonly back: string;
}

/** A POST form with the CSRF token and an id by which a repeated submit is detected. */
export function operationForm(operator: Operator, form: OperationForm): Html {
  const { action, button, label, values = {}, fields, look = 'plain', back } = form;
  return html`<form method="post" action="${action}" class="operation">
    ${hiddenFields({ _csrf: operator.csrfToken, _once: randomUUID(), _back: back, ...values })}
    ${fields}
    <button class="${look}"${label !== undefined && html` aria-label="${label}"`}>${button}</button>
  </form>`;
}

/** Whether the operator has the role. */
export function hasRole({ role }: Operator, needed: OperatorRole): boolean {
  return role !== undefined && includesRole(role, needed);
}

/** The form, or a hint that names the role that it needs. @param what the operation as a noun: `Replaying` */
export function ifAllowed(operator: Operator, needed: OperatorRole, what: string, form: () => Html): Html {
  if (hasRole(operator, needed)) return form();
  return html`<p class="hint">${what} needs the role <strong>${needed}</strong>; yours is ${
    operator.role ?? 'none'
  }.</p>`;
}

/** Hidden values of a form. */
export function hiddenFields(values: Readonly<Record<string, string | undefined>>): Html[] {
  return Object.entries(values)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`);
}

/** A select; the empty value stands for no choice. */
export function selectView(
  name: string,
  label: string,
  options: readonly (readonly [value: string, text: string])[],
  chosen: string | undefined,
): Html {
  return html`<label>${label}<select name="${name}">${options.map(
    ([value, text]) => html`<option value="${value}"${value === (chosen ?? '') && ' selected'}>${text}</option>`,
  )}</select></label>`;
}

/** A text input. */
export function inputView(
  name: string,
  label: string,
  value: string | undefined,
  { type = 'text', hint }: { readonly type?: string; readonly hint?: string } = {},
): Html {
  return html`<label>${label}<input type="${type}" name="${name}" value="${value}"${
    hint !== undefined && html` placeholder="${hint}"`
  }></label>`;
}
