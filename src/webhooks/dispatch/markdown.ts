import MarkdownIt from 'markdown-it';

/** Without raw HTML: tags in the text are shown as text. Links may only be of safe protocols. */
const markdown = new MarkdownIt({ html: false, breaks: true });

/** What {@link mentionOf} makes, after it was escaped as the text that it is in Markdown. */
const ESCAPED_MENTION =
  /&lt;mention-component entity_name=&quot;user_mention&quot; entity_identifier=&quot;([\w-]+)&quot;&gt;&lt;\/mention-component&gt;/g;

const USER_ID = /^[\w-]{1,64}$/;

/** Plane's markup of a mention. @throws {TypeError} for what is no id of a user */
export function mentionOf(planeUserId: string): string {
  if (!USER_ID.test(planeUserId)) throw new TypeError('a mention needs the id of a user in Plane');
  return `<mention-component entity_name="user_mention" entity_identifier="${planeUserId}"></mention-component>`;
}

/** Markdown (CommonMark and tables) as the HTML of a comment. Raw HTML is escaped, except for mentions. */
export function htmlOfMarkdown(text: string): string {
  return markdown
    .render(text)
    .trim()
    .replace(ESCAPED_MENTION, (_, id: string) => mentionOf(id));
}
