import { describe, expect, it } from '@jest/globals';
import { htmlOfMarkdown, mentionOf } from './markdown.js';

const USER = '16c61a3a-512a-48ac-b0be-b6b46fe6f430';

describe('Markdown in a reply', () => {
  it('becomes the HTML of a comment', () => {
    expect(htmlOfMarkdown('**Done**: see [the log](https://ci.example.com)\n\n- one\n- two')).toBe(
      '<p><strong>Done</strong>: see <a href="https://ci.example.com">the log</a></p>\n<ul>\n<li>one</li>\n<li>two</li>\n</ul>',
    );
    expect(htmlOfMarkdown('one\ntwo')).toBe('<p>one<br>\ntwo</p>');
  });

  it.each([
    ['<img src=x onerror=alert(1)>', '<p>&lt;img src=x onerror=alert(1)&gt;</p>'],
    ['[a](javascript:alert(1))', '<p>[a](javascript:alert(1))</p>'],
    ['a & b < c', '<p>a &amp; b &lt; c</p>'],
  ])('has no markup of its own: %s', (text, html) => {
    expect(htmlOfMarkdown(text)).toBe(html);
  });

  it('may contain mentions', () => {
    expect(htmlOfMarkdown(`**Look**, ${mentionOf(USER)}`)).toBe(
      `<p><strong>Look</strong>, <mention-component entity_name="user_mention" entity_identifier="${USER}"></mention-component></p>`,
    );
  });
});

describe('a mention', () => {
  it.each(['', 'a"b', '<x>', 'a b'])('needs the id of a user: %p', (id) => {
    expect(() => mentionOf(id)).toThrow('a mention needs the id of a user');
  });
});
