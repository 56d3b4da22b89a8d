import { optionalText, recordOf, textField } from '../http-body.js';
import { badInput } from '../world/world.error.js';
import { OPTIONAL_FIELDS, PRIORITIES, type Priority, type WorkItemFields } from '../world/world.types.js';

function priority(record: Record<string, unknown>, name: string): Priority {
  const text = textField(record, name);
  const found = PRIORITIES.find((known) => known === text);
  if (!found) throw badInput(`"${name}" must be one of ${PRIORITIES.join(', ')}.`);
  return found;
}

function ids(record: Record<string, unknown>, name: string): string[] {
  const value = record[name];
  if (Array.isArray(value) && value.every((id) => typeof id === 'string')) return value;
  throw badInput(`"${name}" must be a list of ids.`);
}

/** Those that may be null; `archived_at` is set by archiving. */
const optionalFields = Object.fromEntries(
  Object.entries(OPTIONAL_FIELDS)
    .filter(([field]) => field !== 'archivedAt')
    .map(([field, name]) => [
      name,
      (record: Record<string, unknown>) => ({ [field]: optionalText(record, name) ?? null }),
    ]),
);

/** Plane's names of the fields that can be set, and how each is read. */
const FIELDS = {
  name: (record, name) => ({ name: textField(record, name) }),
  description_html: (record, name) => ({ descriptionHtml: textField(record, name) }),
  priority: (record, name) => ({ priority: priority(record, name) }),
  state: (record, name) => ({ stateId: textField(record, name) }),
  assignees: (record, name) => ({ assigneeIds: ids(record, name) }),
  labels: (record, name) => ({ labelIds: ids(record, name) }),
  type_id: (record, name) => ({ typeId: optionalText(record, name) ?? null }),
  ...optionalFields,
} satisfies Record<string, (record: Record<string, unknown>, name: string) => Partial<WorkItemFields>>;

const READERS = new Map(Object.entries(FIELDS));

/** Reads the fields that can be set; ignores others. */
export function workItemFields(body: unknown): Partial<WorkItemFields> {
  const record = recordOf(body);
  const fields: Partial<WorkItemFields> = {};
  for (const [name, read] of READERS) {
    if (name in record) Object.assign(fields, read(record, name));
  }
  return fields;
}

/** The same, for a control request. @throws bad input for an unknown name */
export function workItemChanges(body: unknown): Partial<WorkItemFields> {
  const unknown = Object.keys(recordOf(body)).find((name) => !READERS.has(name));
  if (unknown === undefined) return workItemFields(body);
  throw badInput(`"${unknown}" cannot be changed: use ${[...READERS.keys()].join(', ')}.`);
}

/** The same, for a new work item. @throws bad input where it has no name */
export function newWorkItemFields(body: unknown): Partial<WorkItemFields> {
  if (optionalText(recordOf(body), 'name') === undefined) throw badInput('"name" is required and must be a text.');
  return workItemFields(body);
}
