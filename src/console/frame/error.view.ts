import { html, type Html } from '../../common/html.js';
import { type Problem } from '../../common/problem.js';

/** A page that says what went wrong and where to go from here. */
export function errorView({ status, detail, requestId }: Problem, ours: boolean): Html {
  return html`<section class="panel lead">
    <p>${sentence(detail)}</p>
    <p class="actions"><a class="button" href="/console">Go to the overview</a></p>
    <p class="hint">Status ${status}, request <code>${requestId}</code>${
      ours ? ': the log has the details under this id.' : '.'
    }</p>
  </section>`;
}

function sentence(text: string): string {
  const whole = /[.!?]$/.test(text) ? text : `${text}.`;
  return whole.charAt(0).toUpperCase() + whole.slice(1);
}
