const KEY = '"workspace_id"';
/** Plane writes the id first, and in nested objects again; so many from each end are examined. */
const MAX_OCCURRENCES = 16;
/** Longer than the id of a workspace. */
const MAX_VALUE_BYTES = 256;
const VALUE = /^\s*:\s*"([^"\\]*)"/;

/**
 * The texts that a JSON body gives for a key `workspace_id`, at any depth, without parsing it: at most 32, from the start and
 * from the end. Which of them is the workspace's is known once the body is verified and parsed.
 */
export function scanWorkspaceIds(body: Buffer): ReadonlySet<string> {
  const found = new Set<string>();
  let [count, offset] = [0, body.indexOf(KEY)];
  for (; offset !== -1 && count < MAX_OCCURRENCES; offset = body.indexOf(KEY, offset + KEY.length), count += 1)
    add(found, body, offset);
  if (offset === -1) return found;
  const firstUnseen = offset;
  offset = body.lastIndexOf(KEY);
  for (
    count = 0;
    offset >= firstUnseen && count < MAX_OCCURRENCES;
    offset = body.lastIndexOf(KEY, offset - 1), count += 1
  )
    add(found, body, offset);
  return found;
}

function add(found: Set<string>, body: Buffer, offset: number): void {
  const start = offset + KEY.length;
  const [, id] = VALUE.exec(body.toString('utf8', start, start + MAX_VALUE_BYTES)) ?? [];
  if (id !== undefined) found.add(id);
}
