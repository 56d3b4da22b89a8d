import { html, type Html } from '../../common/html.js';
import { type Operator } from '../../identity/operator.js';
import { type ListedToken } from '../../tokens/token-admin.service.js';
import { type TokenState } from '../../tokens/token.js';
import { mayAct } from '../parts/allowed.view.js';
import { durationText } from '../parts/duration.js';
import { actForm, selectView } from '../parts/form.view.js';
import { statusView, type Tone } from '../parts/status.view.js';
import { type Cell, tableView } from '../parts/table.view.js';
import { tokenTimelineView } from './token-timeline.view.js';

const PATH = '/console/tokens';
const WORDS: Readonly<Record<TokenState, { word: string; tone: Tone }>> = {
  live: { word: 'live', tone: 'good' },
  needs_consent: { word: 'needs consent', tone: 'warn' },
  revoked: { word: 'revoked', tone: 'idle' },
};

/** What the page of tokens shows. */
export interface ShownTokens {
  /** The soonest to expire first. */
  readonly tokens: readonly ListedToken[];
  /** There are others, which expire later. */
  readonly more: boolean;
  /** They are in this state alone. */
  readonly state: TokenState | undefined;
}

/** How each token stands; never a value of one. */
export function tokensView({ tokens, more, state }: ShownTokens, operator: Operator): Html {
  const acts = mayAct(operator, 'operator');
  const timeline = tokenTimelineView(tokens, new Date());
  return html`
    ${timeline && html`<section class="panel" aria-label="Timeline">${timeline}</section>`}
    <form method="get" action="${PATH}" class="filter" aria-label="Which tokens">
      ${selectView('state', 'State', [['', 'any'], ...Object.entries(WORDS).map(([value, { word }]) => [value, word] as const)], state)}
      <p class="actions"><button>Show</button></p>
    </form>
    <section class="panel" aria-label="Tokens">${tableView({
      caption: 'Tokens, the soonest to expire first',
      heads: ['Owner', 'State', 'Expires', 'Is renewed', 'Last error', ...(acts ? ['~Act'] : [])],
      rows: tokens.map((token) => ({
        cells: [...cellsOf(token), ...(acts ? [actsView(token, operator)] : [])],
      })),
      empty: 'There are none. A token comes with an installation, or when a person links their account.',
    })}
    ${more && html`<p class="hint">These are the first ${tokens.length}. <code>npx hangar tokens list</code> and the API list all.</p>`}
    ${!mayAct(operator, 'admin') && html`<p class="hint">Refreshing needs the role operator, revoking a person’s the role admin.</p>`}</section>`;
}

/** The sentence that is asked before a token is wiped. */
export function revokeView({ id, owner }: ListedToken, operator: Operator): Html {
  return html`<section class="panel lead">
    <p>The token of user <code>${owner}</code> will be wiped. The app then does nothing in their name until they consent again.</p>
    <div class="actions">
      ${actForm(operator, { action: `${PATH}/${id}/revoke`, back: PATH, button: 'Revoke the token', look: 'danger' })}
      <a class="button" href="${PATH}">Cancel</a>
    </div></section>`;
}

function cellsOf({
  kind,
  owner,
  state,
  expiresInSeconds,
  dueInSeconds,
  failures,
  lastError,
}: ListedToken): Cell[] {
  const { tone, word } = WORDS[state];
  const isLive = state === 'live';
  const expired = isLive && expiresInSeconds < 0;
  return [
    {
      head: html`${owner} <span class="hint">${kind === 'bot' ? 'the app in that workspace' : 'a person'}</span>`,
    },
    expired ? statusView('bad', 'expired') : statusView(tone, word),
    isLive ? momentText(expiresInSeconds) : '–',
    isLive ? momentText(dueInSeconds) : '–',
    lastError === null
      ? html`<span class="hint">none</span>`
      : html`<span class="error">${lastError}</span> ${failures > 0 && html`<span class="hint">failed ${failures} times in a row</span>`}`,
  ];
}

function momentText(seconds: number): string {
  return seconds < 0 ? `${durationText(-seconds)} ago` : `in ${durationText(seconds)}`;
}

function actsView({ id, kind, owner, state }: ListedToken, operator: Operator): Html | undefined {
  if (state === 'revoked') return undefined;
  return html`<div class="actions">
    ${actForm(operator, { action: `${PATH}/${id}/refresh`, back: PATH, button: 'Refresh', label: `Refresh the token of ${owner}` })}
    ${kind === 'user' && mayAct(operator, 'admin') && html`<a class="button" href="${PATH}/${id}/revoke" aria-label="Revoke the token of ${owner}">Revoke…</a>`}
  </div>`;
}
