import { html, type Html } from '../../src/common/html.js';
import { identifierOf } from '../control/find-work-item.js';
import { type SimulatorContext } from '../simulator-context.js';
import { PRIORITIES, type WorkItem } from '../world/world.types.js';

const item = (workItem: WorkItem) => html`<input type="hidden" name="workItem" value="${workItem.id}">`;

function authorField({ world }: SimulatorContext): Html {
  const people = [...world.users.values()].filter((user) => user.role !== 'bot');
  return html`<label>As <select name="author">${people.map(
    ({ id, role, firstName, lastName }) =>
      html`<option value="${people.find((user) => user.role === role)?.id === id ? role : id}">${firstName} ${lastName} (${role})</option>`,
  )}</select></label>`;
}

/** The community edition has one shape. */
function shapeField({ release }: SimulatorContext): Html | false {
  if (release) return false;
  return html`<label>Webhook shape <select name="shape">
<option value="v2">v2</option>
<option value="v1">v1</option>
<option value="ce">v1 (Community)</option>
</select></label>`;
}

/** Selects the page's work item. Works without JavaScript. */
export function pickerForm({ world }: SimulatorContext, chosen: WorkItem): Html {
  return html`<form method="get" action="/" class="row" id="picker">
<label>Work item <select name="item">${world.workspaces.map(
    (workspace) =>
      html`<optgroup label="${workspace.name}">${[...world.workItems.values()]
        .filter((each) => each.workspaceId === workspace.id)
        .map(
          (each) =>
            html`<option value="${each.id}"${each === chosen && html` selected`}>${identifierOf(world, each)} ${each.name}</option>`,
        )}</optgroup>`,
  )}</select></label>
<button>Show</button>
</form>`;
}

/** Writes a comment, with a webhook in one of three shapes. */
export function commentForm(context: SimulatorContext, workItem: WorkItem): Html {
  return html`<form method="post" action="/page/comments" data-clear>${item(workItem)}
<label>Comment <textarea name="text" rows="2" required placeholder="/ping, or @your-app how many open items are in this project?"></textarea></label>
<div class="row">${authorField(context)}${shapeField(context)}<button class="primary">Comment</button></div>
</form>`;
}

function checkboxes(
  name: string,
  legend: string,
  choices: readonly (readonly [id: string, text: string])[],
  chosen: readonly string[],
): Html {
  return html`<fieldset class="row"><legend>${legend}</legend><input type="hidden" name="${name}" value="">${choices.map(
    ([id, text]) =>
      html`<label class="choice"><input type="checkbox" name="${name}" value="${id}"${chosen.includes(id) && html` checked`}> ${text}</label>`,
  )}</fieldset>`;
}

/** Creates a work item in the project of this one. */
export function createForm(context: SimulatorContext, workItem: WorkItem): Html {
  const { name } = context.world.projectOf(workItem);
  return html`<details class="more" id="create"><summary>Create a work item</summary>
<form method="post" action="/page/create" data-clear data-follow>${item(workItem)}
<label>Name <input name="name" required autocomplete="off"></label>
<div class="row">${authorField(context)}${shapeField(context)}<button>Create in ${name}</button></div>
</form></details>`;
}

/** Changes state, priority, labels and assignees of the work item. */
export function changeForm(context: SimulatorContext, workItem: WorkItem): Html {
  const { states, labels } = context.world.projectOf(workItem);
  const people = [...context.world.users.values()].filter(({ role }) => role !== 'bot');
  return html`<details class="more" id="change"><summary>Change the work item</summary>
<form method="post" action="/page/work-items">${item(workItem)}
<div class="row">
<label>State <select name="state">${states.map(
    ({ id, name }) => html`<option value="${id}"${id === workItem.stateId && html` selected`}>${name}</option>`,
  )}</select></label>
<label>Priority <select name="priority">${PRIORITIES.map(
    (each) => html`<option${each === workItem.priority && html` selected`}>${each}</option>`,
  )}</select></label></div>
${checkboxes(
  'labels',
  'Labels',
  labels.map(({ id, name }) => [id, name] as const),
  workItem.labelIds,
)}
${checkboxes(
  'assignees',
  'Assignees',
  people.map(({ id, firstName, lastName }) => [id, `${firstName} ${lastName}`] as const),
  workItem.assigneeIds,
)}
<div class="row">${authorField(context)}${shapeField(context)}<button>Change</button></div>
</form></details>`;
}

/** Starts a run of the app as an agent by a comment that mentions it. */
export function mentionForm(context: SimulatorContext, workItem: WorkItem): Html {
  return html`<form method="post" action="/page/runs" data-clear>${item(workItem)}
<label>Mention the app <input name="text" required placeholder="@your-app how many open items are in this project?" autocomplete="off"></label>
<div class="row">${authorField(context)}<button>Start a run</button></div>
</form>`;
}
