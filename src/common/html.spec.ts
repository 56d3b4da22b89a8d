import { describe, expect, it } from '@jest/globals';
import { html } from './html.js';

describe('html', () => {
  it('escapes inserted values', () => {
    expect(html`<p title="${'"\'&'}">${'<script>'}</p>`.text).toBe('<p title="&quot;&#39;&amp;">&lt;script&gt;</p>');
  });

  it('inserts markup and lists of markup, and nothing for undefined, null and false', () => {
    const items = ['a', '<b>'].map((item) => html`<li>${item}</li>`);
    expect(html`<ul>${items}</ul>${undefined}${null}${false}`.text).toBe('<ul><li>a</li><li>&lt;b&gt;</li></ul>');
  });
});
