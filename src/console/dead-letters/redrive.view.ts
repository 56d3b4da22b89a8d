import { html, type Html } from '../../common/html.js';
import { type Operator } from '../../identity/operator.js';
import { type DeadLetter } from '../../queue/dead-letters.service.js';
import { countText } from '../parts/count-text.js';
import { actForm, hiddenFields } from '../parts/form.view.js';
import { linkOf } from '../parts/pages.view.js';

const PATH = '/console/dead-letters';

/** What would be redriven. */
export interface RedriveChoice {
  readonly handler: string | undefined;
  readonly all: boolean;
  readonly letters: readonly DeadLetter[];
}

/** Says what will happen to how many, before it does. */
export function redriveView({ handler, all, letters }: RedriveChoice, operator: Operator): Html {
  const back = linkOf(PATH, handler === undefined ? {} : { handler });
  const byHandler = [...Map.groupBy(letters, (letter) => letter.handler)];
  if (letters.length === 0)
    return html`<section class="panel lead"><p>No dead letter was chosen, or those that were are gone.</p><p class="actions"><a class="button" href="${back}">Back to the dead letters</a></p></section>`;
  const ids = all ? [] : letters.map(({ id }) => hiddenFields({ id }));
  return html`<section class="panel lead">
    <p><strong>${countText(letters.length, 'event')}</strong> will be given back to ${byHandler.length === 1 ? 'the handler' : 'the handlers'}:</p>
    <ul>${byHandler.map(([id, own]) => html`<li>${id}: ${countText(own.length, 'event')}</li>`)}</ul>
    <p class="hint">What a failed attempt had done already may be done again. One that fails again for the last time comes back here.</p>
    <div class="actions">
      ${actForm(operator, { action: `${PATH}/redrive`, back, button: `Redrive ${countText(letters.length, 'event')}`, look: 'primary', values: { handler, all: all ? 'yes' : undefined }, fields: ids })}
      <a class="button" href="${back}">Cancel</a>
    </div>
  </section>`;
}
