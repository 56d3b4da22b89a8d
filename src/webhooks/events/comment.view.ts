import { textOfHtml } from './html-text.js';
import { compact, fieldOf, idAt, isRecord, textOf } from './payload-fields.js';
import { type CommentView, type PlaneRecord } from './plane-event.js';

/** The comment's own record: v2 puts it into `comment` of what was commented on, v1 sends it bare. */
export function commentRecordOf(record: PlaneRecord): PlaneRecord {
  const nested = fieldOf(record, 'comment');
  return isRecord(nested) ? nested : record;
}

/** Who wrote a comment. */
export function authorIdOf(comment: PlaneRecord): string | undefined {
  return idAt(comment, 'actor_id', 'actor');
}

/**
 * The view of a comment. Its text is `comment_stripped`, and where that is missing or empty (the community edition
 * never sends it) what `comment_html` says. Its id is the given one where the record has none.
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
