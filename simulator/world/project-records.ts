import { fieldText } from './field-text.js';
import { type Fields, type PlaneRecord } from './record.types.js';
import { type Records } from './records.js';
import { type Label, type Project, type State } from './world.types.js';

const text = (fields: Fields, name: string) => fieldText(fields[name]);

function stateOf({ id, fields }: PlaneRecord): State {
  return { id, name: text(fields, 'name'), color: text(fields, 'color'), group: text(fields, 'group') };
}

function labelOf({ id, fields }: PlaneRecord): Label {
  return { id, name: text(fields, 'name'), color: text(fields, 'color') };
}

/** The project with its states and labels as records, so that they can be added, changed and deleted. */
export function withRecords(records: Records, project: Project): Project {
  const place = { workspace: project.workspaceId, project: project.id };
  const { createdBy, createdAt } = project;
  const add = (kind: string, { id, ...fields }: State | Label, more: Fields) =>
    records.add({
      id,
      kind,
      place,
      fields: { ...fields, ...more },
      createdBy,
      createdAt,
      updatedBy: createdBy,
      updatedAt: createdAt,
    });
  for (const [index, state] of project.states.entries())
    add('state', state, { sequence: (index + 1) * 15_000, default: index === 0 });
  for (const label of project.labels) add('label', label, {});
  return {
    ...project,
    get states() {
      return records.in('state', place).map(stateOf);
    },
    get labels() {
      return records.in('label', place).map(labelOf);
    },
  };
}

/** The project itself as a record, for its webhooks. */
export function projectRecord(project: Project): PlaneRecord {
  const { id, workspaceId, name, identifier, fields, createdBy, createdAt, updatedAt } = project;
  return {
    id,
    kind: 'project',
    place: { workspace: workspaceId },
    fields: { name, identifier, ...fields },
    createdBy,
    createdAt,
    updatedBy: createdBy,
    updatedAt,
  };
}
