import { html, type Html } from '../../common/html.js';
import { type Operator } from '../../identity/operator.js';
import { type ListedToken } from '../../tokens/token-admin.service.js';
import { type TokenState } from '../../tokens/token.js';
import { operationForm, hasRole, selectView } from '../parts/form.view.js';
import { type UnknownName } from '../../operations/delivery-search.service.js';
import { durationText } from '../parts/format.js';
import { unknownNamesView } from '../parts/pages.view.js';
import { statusView, type Tone } from '../parts/status.view.js';
import { type Cell, tableView } from '../parts/table.view.js';
import { tokenTimelineView } from './token-timeline.view.js';

const PATH = '/console/tokens';
const WORDS: Readonly<Record<TokenState, { word: string; tone: Tone }>> = {
  live: { word: 'live', tone: 'good' },
  needs_consent: { word: 'needs consent', tone: 'warn' },
  revoked: { word: 'revoked', tone: 'idle' },
};

/** The data of the page. */
export interface ShownTokens {
  /** Soonest expiry first. */
  readonly tokens: readonly ListedToken[];
  /** There are more tokens, which expire later. */
  readonly more: boolean;
  /** The filter. */
  readonly state: TokenState | undefined;
  readonly connection: string | undefined;
  /** Those that are configured; of a single one nothing is shown. */
  readonly connectionIds: readonly string[];
  readonly unknown: readonly UnknownName[];
  /** Why there are none. */
  readonly note: string | undefined;
}

/** The tokens, without their values. */
export function tokensView(shown: ShownTokens, operator: Operator): Html {
  const { tokens, more, state, connection, connectionIds, unknown, note } = shown;
  const several = connectionIds.length > 1;
  const mayOperate = hasRole(operator, 'operator');
  const timeline = tokenTimelineView(tokens, new Date());
  return html`
    ${note !== undefined && html`<section class="panel lead"><p>${note}</p></section>`}
    ${unknownNamesView(PATH, new URLSearchParams(), unknown)}
    ${timeline && html`<section class="panel" aria-label="Timeline">${timeline}</section>`}
    <form method="get" action="${PATH}" class="filter" aria-label="Filter">
      ${selectView('state', 'State', [['', 'any'], ...Object.entries(WORDS).map(([value, { word }]) => [value, word] as const)], state)}
      ${several && selectView('connection', 'Connection', [['', 'any'], ...connectionIds.map((id) => [id, id] as const)], connection)}
      <p class="actions"><button>Show</button></p>
    </form>
    <section class="panel" aria-label="Tokens">${tableView({
      caption: 'Tokens, soonest expiry first',
      heads: [
        'Owner',
        ...(several ? ['Connection'] : []),
        'State',
        'Expires',
        'Refresh',
        'Last error',
        ...(mayOperate ? ['~Operations'] : []),
      ],
      rows: tokens.map((token) => ({
        cells: [...cellsOf(token, several), ...(mayOperate ? [operationsView(token, operator)] : [])],
      })),
      empty: 'No results. A token is stored when the app is installed or a person links their account.',
    })}
    ${more && html`<p class="hint">Only the first ${tokens.length} are shown. <code>npx hangar tokens list</code> and the API list all.</p>`}
    ${!hasRole(operator, 'admin') && html`<p class="hint">Refreshing needs the role operator; revoking the token of a person needs the role admin.</p>`}</section>`;
}

/** Asks for confirmation before a token is revoked. */
export function revokeView({ id, owner }: ListedToken, operator: Operator): Html {
  return html`<section class="panel lead">
    <p>The token of user <code>${owner}</code> will be deleted. The app cannot act for this user until they consent again.</p>
    <div class="actions">
      ${operationForm(operator, { action: `${PATH}/${id}/revoke`, back: PATH, button: 'Revoke the token', look: 'danger' })}
      <a class="button" href="${PATH}">Cancel</a>
    </div></section>`;
}

function cellsOf(token: ListedToken, several: boolean): Cell[] {
  const { kind, owner, state, expiresInSeconds, dueInSeconds, failures, lastError } = token;
  const { tone, word } = WORDS[state];
  const isLive = state === 'live';
  const expired = isLive && expiresInSeconds < 0;
  return [
    {
      head: html`${owner} <span class="hint">${kind === 'bot' ? 'the app in this workspace' : 'a person'}</span>`,
    },
    ...(several ? [token.connectionId] : []),
    expired ? statusView('bad', 'expired') : statusView(tone, word),
    isLive ? momentText(expiresInSeconds) : '–',
    isLive ? momentText(dueInSeconds) : '–',
    lastError === null
      ? html`<span class="hint">none</span>`
      : html`<span class="error">${lastError}</span> ${failures > 0 && html`<span class="hint">${failures} consecutive failures</span>`}`,
  ];
}

function momentText(seconds: number): string {
  return seconds < 0 ? `${durationText(-seconds)} ago` : `in ${durationText(seconds)}`;
}

function operationsView({ id, kind, owner, state }: ListedToken, operator: Operator): Html | undefined {
  if (state === 'revoked') return undefined;
  return html`<div class="actions">
    ${operationForm(operator, { action: `${PATH}/${id}/refresh`, back: PATH, button: 'Refresh', label: `Refresh the token of ${owner}` })}
    ${kind === 'user' && hasRole(operator, 'admin') && html`<a class="button" href="${PATH}/${id}/revoke" aria-label="Revoke the token of ${owner}">Revoke…</a>`}
  </div>`;
}
