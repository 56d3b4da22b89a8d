import { html, type Html } from '../../src/common/html.js';
import { type SimulatorContext } from '../simulator-context.js';
import { type Workspace } from '../world/world.types.js';

function button(action: string, label: string, fields: Record<string, string>): Html {
  const inputs = Object.entries(fields).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`,
  );
  const id = `button-${Object.values(fields).join('-')}-${label.toLowerCase().replaceAll(' ', '-')}`;
  return html`<form method="post" action="${action}" data-quiet>${inputs}<button id="${id}">${label}</button></form>`;
}

function webhookState(disabled: boolean, dropped: number): Html {
  if (!disabled) return html`<span class="badge good">Webhook on</span>`;
  return html`<span class="badge bad">Webhook disabled</span>${dropped > 0 && html` <span class="hint">${dropped} lost</span>`}`;
}

function workspaceRow({ world, sender, release }: SimulatorContext, workspace: Workspace): Html {
  const installation = world.activeInstallation(workspace.id);
  if (!installation) {
    const none = release ? 'No webhook' : 'Not installed';
    return html`<li><strong>${workspace.name}</strong> <span class="badge">${none}</span></li>`;
  }
  const disabled = sender.switches.isDisabled(workspace.id);
  return html`<li><strong>${workspace.name}</strong> ${!release && html`<span class="badge good">Installed</span>`}
${webhookState(disabled, sender.switches.dropped(workspace.id))}
<span class="row">
${button('/page/webhook', disabled ? 'Enable webhook' : 'Disable webhook', { workspace: workspace.slug, enabled: String(disabled) })}
${!release && button('/page/uninstall', 'Uninstall', { installation: installation.id })}
</span>
${!release && html`<span class="hint">Installation <code>${installation.id}</code></span>`}</li>`;
}

/** Where the app is installed, with buttons for webhook and uninstall. */
export function appView(context: SimulatorContext): Html {
  const { world } = context;
  const installed = world.workspaces.some((workspace) => world.activeInstallation(workspace.id));
  return html`<ul class="plain">${world.workspaces.map((workspace) => workspaceRow(context, workspace))}</ul>
${!installed && html`<p class="callout">The app is not installed yet. <strong>Install it</strong>, then write a comment: the app answers it.</p>`}`;
}
