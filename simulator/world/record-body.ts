import { planeTime } from './plane-time.js';
import { type Fields, type PlaneRecord } from './record.types.js';

/** A record as Plane's API and v1 webhooks show it. */
export function recordBody({ id, fields, place, ...record }: PlaneRecord): Fields {
  const { workspace = '', project, item } = place;
  return {
    id,
    external_source: null,
    external_id: null,
    ...fields,
    ...(project !== undefined && { project }),
    ...(item !== undefined && { issue: item }),
    workspace,
    created_at: planeTime(record.createdAt),
    updated_at: planeTime(record.updatedAt),
    deleted_at: null,
    created_by: record.createdBy,
    updated_by: record.updatedBy,
  };
}
