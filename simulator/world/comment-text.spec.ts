import { describe, expect, it } from '@jest/globals';
import { htmlOfText, textOfHtml } from './comment-text.js';

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
