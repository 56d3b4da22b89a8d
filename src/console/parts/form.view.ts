import { randomUUID } from 'node:crypto';
import { html, type Html, type HtmlValue } from '../../common/html.js';
import { type Operator } from '../../identity/operator.js';

/** A form that acts. */
export interface ActForm {
  readonly action: string;
  readonly button: string;
  /** What the button does to what, where its text alone does not say: read out instead of it. */
  readonly label?: string;
  /** Hidden values. */
  readonly values?: Readonly<Record<string, string | undefined>>;
  readonly fields?: HtmlValue;
  /** `primary`: what the page is for; `danger`: cannot be taken back. */
  readonly look?: 'primary' | 'danger' | 'plain';
  /** Where a refusal is told. */
  readonly back: string;
}

/** A POST form: with what proves that our page made it, and with a mark by which a second submit is known. */
export function actForm(operator: Operator, form: ActForm): Html {
  const { action, button, label, values = {}, fields, look = 'plain', back } = form;
  return html`<form method="post" action="${action}" class="act">
    ${hiddenFields({ _csrf: operator.csrfToken, _once: randomUUID(), _back: back, ...values })}
    ${fields}
    <button class="${look}"${label !== undefined && html` aria-label="${label}"`}>${button}</button>
  </form>`;
}

/** Hidden values of a form. */
export function hiddenFields(values: Readonly<Record<string, string | undefined>>): Html[] {
  return Object.entries(values)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`);
}

/** A choice among values with their texts; the empty value stands for none. */
export function selectView(
  name: string,
  label: string,
  options: readonly (readonly [value: string, text: string])[],
  chosen: string | undefined,
): Html {
  return html`<label>${label}<select name="${name}">${options.map(
    ([value, text]) =>
      html`<option value="${value}"${value === (chosen ?? '') && ' selected'}>${text}</option>`,
  )}</select></label>`;
}

/** A line of text. */
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
