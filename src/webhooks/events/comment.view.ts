import { textOfHtml } from './html-text.js';
import { compact, fieldOf, idAt, isRecord, textOf } from './payload-fields.js';
import { type CommentView, type PlaneRecord } from './plane-event.js';

/** The record of the comment: v2 nests it as `comment` in what was commented on, v1 sends it directly. */
export function commentRecordOf(record: PlaneRecord): PlaneRecord {
  const nested = fieldOf(record, 'comment');
  return isRecord(nested) ? nested : record;
}

/** The id of a comment's author. */
export function authorIdOf(comment: PlaneRecord): string | undefined {
  return idAt(comment, 'actor_id', 'actor');
}

/**
 * The view of a comment. Its text is `comment_stripped`, or the text of `comment_html` where that is missing or empty (the
 * community edition never sends it).
 *
 * @param id for a record without an id
 */
export function commentOf(record: PlaneRecord, id = ''): CommentView {
  const comment = commentRecordOf(record);
  const html = textOf(fieldOf(comment, 'comment_html'));
  return compact({
    id: idAt(comment, 'id') ?? id,
    text: textOf(fieldOf(comment, 'comment_stripped')) ?? textOfHtml(html ?? ''),
    html,
    actorId: authorIdOf(comment),
  });
}
