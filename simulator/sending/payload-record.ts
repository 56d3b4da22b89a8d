import { planeTimeWithOffset } from '../world/plane-time.js';
import { recordBody } from '../world/record-body.js';
import { type Fields, type PlaneRecord } from '../world/record.types.js';
import { type EntityContext, type Notice, type RecordChange } from './notice.types.js';
import { v1Notice } from './payload-v1.js';
import { v2Notice } from './payload-v2.js';

/** The families that v1 has too; the community edition announces of these the deletion of projects alone. */
const IN_V1 = new Set(['project', 'cycle', 'module']);

function v2Body({ id, fields, place, ...record }: PlaneRecord): Fields {
  const { workspace = '', project, item } = place;
  return {
    id,
    ...fields,
    ...(project !== undefined && { project_id: project }),
    ...(item !== undefined && { issue_id: item }),
    workspace_id: workspace,
    created_by_id: record.createdBy,
    updated_by_id: record.updatedBy,
    updated_at: planeTimeWithOffset(record.updatedAt),
  };
}

/** One webhook; that of a part of a work item has the part in the work item, as v2's comments do. */
export function v2Record(context: EntityContext, change: RecordChange): Notice {
  const { family, action, record, item, previous = {} } = change;
  const body = v2Body(record);
  const part = family.split('.')[1] ?? family;
  const whole = item ? { id: item.id, name: item.name, [part]: body } : body;
  const entity = item ? { id: item.id, type: 'issue' } : { id: record.id, type: family };
  const [data, before] = action === 'deleted' ? [{}, whole] : [whole, previous];
  return v2Notice(context, `${family}.${action}`, entity, data, before);
}

/** A webhook for each changed field; none for what v1 does not announce. */
export function v1Record(context: EntityContext, change: RecordChange, dialect: 'v1' | 'ce'): Notice[] {
  const { family, action, record, previous = {} } = change;
  if (!IN_V1.has(family)) return [];
  if (action === 'deleted')
    return family === 'project' ? [v1Notice(context, dialect, family, action, { id: record.id })] : [];
  const body = recordBody(record);
  if (action === 'created') return [v1Notice(context, dialect, family, action, body)];
  return Object.entries(previous).map(([field, before]) => {
    const activity = { field, old_value: before, new_value: body[field] ?? null };
    return v1Notice(context, dialect, family, 'updated', body, activity);
  });
}
