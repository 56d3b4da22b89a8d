import { html, type Html } from '../../common/html.js';
import { STATE_TEXTS } from '../../installations/connection-state.js';
import { type CheckedConnection } from '../../installations/key-installations.service.js';
import { type Installation } from '../../installations/installation.js';
import { keyText } from '../../webhooks/traffic-monitor/silent-workspace.js';
import { type TrafficSurvey, type WatchedTraffic } from '../../webhooks/traffic-monitor/traffic-monitor.service.js';
import { durationText } from '../parts/format.js';
import { statusView } from '../parts/status.view.js';
import { tableView } from '../parts/table.view.js';
import { maybeTimeView, timeView } from '../parts/time.view.js';

/** The installations, and whether each workspace sends webhooks. @param several whether several connections are configured */
export function installationsView(
  installations: readonly Installation[],
  survey: TrafficSurvey,
  connections: readonly CheckedConnection[],
  several: boolean,
): Html {
  const unknown = survey.unknownWorkspaces.filter(({ workspace }) => workspace !== '');
  const traffic = new Map(survey.workspaces.map((each) => [keyText(each), each]));
  return html`
    ${connections.length > 0 && connectionsView(connections)}
    ${survey.all?.silent && silenceView('No webhook was received', survey.all)}
    <section class="panel" aria-label="Installations">${tableView({
      caption: 'Installations, by workspace',
      heads: ['Workspace', ...(several ? ['Connection'] : []), 'State', 'Webhooks', 'Installed', 'Uninstalled'],
      rows: installations.map((each) => ({
        cells: [
          {
            head: html`<a href="/console/installations/${each.id}">${each.workspaceName}</a> <code class="id">${each.workspaceSlug}</code>`,
          },
          ...(several ? [each.connectionId] : []),
          installationStateView(each),
          each.status === 'installed' ? trafficView(traffic.get(keyText(each))) : html`<span class="hint">none</span>`,
          timeView(each.createdAt),
          maybeTimeView(each.uninstalledAt, '–'),
        ],
      })),
      empty:
        connections.length > 0
          ? 'The app is not installed yet: it is as soon as its API key works.'
          : html`The app is not installed yet. <a href="/oauth/setup">Install it in a workspace</a>.`,
    })}</section>
    ${
      unknown.length > 0 &&
      html`<section class="panel" aria-labelledby="unknown-workspaces"><h2 id="unknown-workspaces">Unknown workspaces</h2>
      <p>They send webhooks, but the app is not installed there. Their webhooks are stored, but not handled.</p><ul>${unknown.map(({ workspace }) => html`<li><code>${workspace}</code></li>`)}</ul></section>`
    }`;
}

/** The connections with an API key, and what is wrong with them. */
function connectionsView(connections: readonly CheckedConnection[]): Html {
  return html`<section class="panel ${connections.some(({ state }) => state !== 'working') && 'urgent'}" aria-label="Connections">${tableView(
    {
      caption: 'Connections with an API key',
      heads: ['Workspace', 'State', 'What to do', 'Since', 'Checked'],
      rows: connections.map((each) => ({
        cells: [
          { head: html`<code>${each.workspaceSlug}</code> <span class="hint">${each.baseUrl}</span>` },
          statusView(each.state === 'working' ? 'good' : 'bad', STATE_TEXTS[each.state]),
          each.detail ?? '–',
          timeView(each.changedAt),
          timeView(each.checkedAt),
        ],
      })),
      empty: 'No results.',
    },
  )}</section>`;
}

/** The state of an installation. */
export function installationStateView({ status }: Installation): Html {
  return status === 'installed' ? statusView('good', 'installed') : statusView('idle', 'uninstalled');
}

/** Explains a silence and how to end it. */
export function silenceView(what: string, { silentSeconds }: WatchedTraffic): Html {
  return html`<section class="panel urgent" aria-labelledby="silence"><h2 id="silence">${what} for ${durationText(silentSeconds)}</h2>
    <p>Plane disables a webhook after five failures, without notice. Open the app's page in Plane and enable it; missed events are not sent again.</p></section>`;
}

function trafficView(traffic: WatchedTraffic | undefined): Html {
  if (!traffic) return html`<span class="hint">none yet</span>`;
  const age = `last ${durationText(traffic.silentSeconds)} ago`;
  return traffic.silent
    ? html`${statusView('warn', 'silent')} <span class="age">${age}</span>`
    : html`${statusView('good', 'active')} <span class="age">${age}</span>`;
}
