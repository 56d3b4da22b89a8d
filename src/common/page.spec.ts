import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { html } from './html.js';
import { page, PAGE_STYLE, pageHeaders } from './page.js';

describe('a page outside of the console', () => {
  it('has the colours of the console', () => {
    const css = readFileSync(new URL('../console/assets/files/console.css', import.meta.url), 'utf8');
    const colours = PAGE_STYLE.split('\n').filter((line) => line.startsWith('  --'));
    expect(colours.length).toBeGreaterThan(5);
    expect(colours.filter((line) => !css.includes(line))).toEqual([]);
  });

  it('has exactly the style that its Content-Security-Policy allows, and no script', () => {
    const text = page('Title', html`<p>text</p>`);
    const style = /<style>([^]*)<\/style>/.exec(text)?.[1] ?? '';
    const hash = createHash('sha256').update(style).digest('base64');
    expect(pageHeaders()['content-security-policy']).toContain(`style-src 'sha256-${hash}'`);
    expect(text).not.toContain('<script');
  });
});
