import { html, type Html } from '../../src/common/html.js';
import { type SimulatorContext } from '../simulator-context.js';
import { type WorkItem } from '../world/world.types.js';
import { appView } from './app.view.js';
import { deliveriesView } from './deliveries.view.js';
import { changeForm, commentForm, createForm, mentionForm, pickerForm } from './forms.view.js';
import { layout } from './layout.js';
import { runsView } from './run.view.js';
import { threadView } from './thread.view.js';

/** The parts of the page that are updated by polling, by the name of their element. */
export function liveParts(context: SimulatorContext, item: WorkItem): Record<string, Html> {
  return {
    app: appView(context),
    thread: threadView(context, item),
    runs: runsView(context, item),
    deliveries: deliveriesView(context),
  };
}

function live(parts: Record<string, Html>, name: string): Html {
  return html`<div data-live="${name}">${parts[name]}</div>`;
}

/** The community edition has no apps: an admin makes a webhook and an API key. */
function communityCard({ app, release }: SimulatorContext, parts: Record<string, Html>): Html {
  return html`<section class="card" aria-labelledby="app-title">
<h2 id="app-title"><span class="step">1</span> Start your app</h2>
<p>Plane's community edition ${release?.version}: no OAuth, no agents. <code>npx hangar simulate</code> prints the app's variables: the API key of the user <code>build-bot</code>, and the webhook's secret.</p>
${live(parts, 'app')}
<p class="hint">Webhooks go to <code>${app.webhookUrl}</code></p>
</section>`;
}

function appCard({ app }: SimulatorContext, parts: Record<string, Html>): Html {
  return html`<section class="card" aria-labelledby="app-title">
<h2 id="app-title"><span class="step">1</span> Install your app</h2>
<p class="row"><a class="button primary" href="${app.setupUrl}" target="_blank" rel="noopener">Install</a>
<span class="hint">opens the app's Setup URL in a new tab, as Plane's marketplace does: <code>${app.setupUrl}</code></span></p>
${live(parts, 'app')}
<p class="hint">Client id <code>${app.clientId}</code>${app.consoleUrl !== null && html` · <a href="${app.consoleUrl}" target="_blank" rel="noopener">Console of the app</a>`}</p>
</section>`;
}

function workCard(context: SimulatorContext, item: WorkItem, parts: Record<string, Html>): Html {
  return html`<section class="card" aria-labelledby="work-title">
<h2 id="work-title"><span class="step">2</span> Do something in Plane</h2>
${pickerForm(context, item)}
<h3>Comments</h3>
${live(parts, 'thread')}
${commentForm(context, item)}
${changeForm(context, item)}
${createForm(context, item)}
${!context.release && agentPart(context, item, parts)}
</section>`;
}

function agentPart(context: SimulatorContext, item: WorkItem, parts: Record<string, Html>): Html {
  return html`<h3>Agent runs</h3>
${mentionForm(context, item)}
${live(parts, 'runs')}`;
}

/** The front page. */
export function homePage(context: SimulatorContext, item: WorkItem): string {
  const parts = liveParts(context, item);
  return layout(
    'Front page',
    html`
<header><h1>Plane simulator</h1>
<p>A simulated Plane for development and tests. Its data is lost when it stops, and it sends webhooks to your app only.</p></header>
<main class="board" data-item="${item.id}">
<div class="column">${context.release ? communityCard(context, parts) : appCard(context, parts)}${workCard(context, item, parts)}</div>
<section class="card column" aria-labelledby="sent-title">
<h2 id="sent-title"><span class="step">3</span> See the webhooks</h2>
${live(parts, 'deliveries')}
</section>
</main>
<p id="notice" role="status"></p>`,
  ).text;
}
