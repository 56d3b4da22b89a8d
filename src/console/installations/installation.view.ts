import { html, type Html } from '../../common/html.js';
import { type Installation } from '../../installations/installation.js';
import { type WatchedTraffic } from '../../webhooks/traffic-monitor/traffic-monitor.service.js';
import { linkOf } from '../parts/pages.view.js';
import { maybeTimeView, timeView } from '../parts/time.view.js';
import { installationStateView, silenceView } from './installations.view.js';

/** What is shown with an installation. */
interface ShownWith {
  readonly traffic: WatchedTraffic | undefined;
  /** Whether several connections are configured. */
  readonly several: boolean;
}

/** One installation. @param catchUp its catch-ups, where the app is installed */
export function installationView(installation: Installation, { traffic, several }: ShownWith, catchUp?: Html): Html {
  const { workspaceSlug: workspace, connectionId: connection } = installation;
  return html`
    <p class="crumb"><a href="/console/installations">Installations</a></p>
    ${traffic?.silent && silenceView('This workspace has sent no webhook', traffic)}
    <section class="panel lead" aria-label="Installation">
      <dl class="facts">${factsOf(installation, several).map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
      <p class="more"><a href="${linkOf('/console/deliveries', { workspace, ...(several && { connection }) })}">Deliveries</a>
        <a href="/console/tokens">Tokens</a></p>
    </section>
    ${catchUp}`;
}

function factsOf(each: Installation, several: boolean): [string, Html | string][] {
  return [
    ['State', installationStateView(each)],
    ['Workspace', html`${each.workspaceSlug} <code class="id">${each.workspaceId}</code>`],
    ...(several ? [['Connection', each.connectionId] as [string, string]] : []),
    ['Plane', each.baseUrl],
    ['Installation at Plane', html`<code>${each.installationId}</code>`],
    ['Bot user', html`<code>${each.botUserId}</code>`],
    ['Webhook at Plane', html`<code>${each.webhookId ?? 'unknown'}</code>`],
    ['Installed by', html`<code>${each.installedBy ?? 'unknown'}</code>`],
    ['Installed', timeView(each.createdAt)],
    ['Last checked', timeView(each.updatedAt)],
    ['Uninstalled', maybeTimeView(each.uninstalledAt, 'no')],
  ];
}
