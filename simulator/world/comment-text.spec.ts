import { describe, expect, it } from '@jest/globals';
import { htmlOfText, htmlWithMention, mentions, textOfHtml } from './comment-text.js';

describe('textOfHtml', () => {
  it.each([
    ['<p>/ping</p>', '/ping'],
    ['<p class="editor-paragraph-block">/ping &amp; &lt;wait&gt;<br>now</p>', '/ping & <wait>\nnow'],
    ['<p>a</p><p>b</p>', 'a\nb'],
    ['&amp;lt; &#233;&#x1F600; &unknown;', '&lt; é😀 &unknown;'],
  ])('%s', (markup, text) => {
    expect(textOfHtml(markup)).toBe(text);
  });

  it('returns the typed text', () => {
    const typed = '1 < 2 & "so"\nnext';
    expect(textOfHtml(htmlOfText(typed))).toBe(typed);
  });
});

describe('a mention', () => {
  const bot = { id: 'b0t', displayName: 'your-app' };

  it.each(['@your-app what is late?', 'Hi (@your-app), what is late?', 'what is late?\n@your-app'])('%s', (text) => {
    const markup = htmlWithMention(text, bot);
    expect([mentions(markup, 'b0t'), mentions(markup, 'other')]).toEqual([true, false]);
    expect(textOfHtml(markup)).not.toContain('your-app');
  });

  it.each(['@your-app-2 hi', 'me@your-app', 'your-app', '<b>@mika</b>'])('is none: %s', (text) => {
    const markup = htmlWithMention(text, bot);
    expect([markup, mentions(markup, 'b0t')]).toEqual([htmlOfText(text), false]);
  });
});
