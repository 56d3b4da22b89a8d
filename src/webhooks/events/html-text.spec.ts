import { describe, expect, it } from '@jest/globals';
import { textOfHtml } from './html-text.js';

describe('textOfHtml', () => {
  it.each([
    ['', ''],
    ['/ping', '/ping'],
    ['<p>/ping</p>', '/ping'],
    ['<p class="editor-paragraph-block">/ping &amp; &lt;wait&gt;<br>now</p>', '/ping & <wait>\nnow'],
    ['<p>a</p><p>b</p>', 'a\nb'],
    ['<p>a</p><p></p><p>b</p>', 'a\n\nb'],
    ['<ul><li><p>a</p></li><li><p>b</p></li></ul><p>c</p>', 'a\nb\nc'],
    ['a<br/>b<BR />c', 'a\nb\nc'],
    ['<strong>a</strong><em>b</em>', 'ab'],
    ['<p>  a  </p>', 'a'],
    ['&#8364;&#x20AC;&#X20ac;&euro;', '€€€€'],
    ['&Auml;&auml;&szlig;', 'Ääß'],
    ['&amp;lt;', '&lt;'],
    ['&#0;&#xD800;&#x110000;&#9999999999;', '\uFFFD\uFFFD\uFFFD\uFFFD'],
    ['&nosuch; &amp &; &#; &#x; &constructor;', '&nosuch; &amp &; &#; &#x; &constructor;'],
    ['a&nbsp;b', 'a\u00A0b'],
    ['1 < 2 and 3 > 2', '1 < 2 and 3 > 2'],
    ['a <3 b', 'a <3 b'],
    ['<a title="1 > 0">x</a>', 'x'],
    ["<a title='\">'>x</a>", 'x'],
    ["<a it's>x</a> y's", "x y's"],
    ['a<!-- <b> -- > -->b', 'ab'],
    ['<!DOCTYPE html><?xml?>a', 'a'],
    ['a<script>if (1 < 2) "<p>"</script><style>p{}</style>b', 'ab'],
    ['<p>cut <b', 'cut <b'],
    ['<p>cut <!-- a', 'cut <!-- a'],
    ['<p>a</p', 'a</p'],
    ['<mention-component entity_identifier="x"></mention-component> hi', 'hi'],
    ['Straße 😀', 'Straße 😀'],
  ])('%j says %j', (html, text) => {
    expect(textOfHtml(html)).toBe(text);
  });

  it.each([
    '<',
    '<a',
    '<a ',
    '<a "',
    '<a ="',
    '<!--',
    '</',
    '&',
    '&#1',
    '&a',
    '<p>x</p>',
    '<br>',
    'x ',
    '>',
    "<a b='>'",
    ' ',
  ])('takes 5 MB of %j in its stride', (piece) => {
    const html = piece.repeat(5_000_000 / piece.length);
    const started = performance.now();
    textOfHtml(html);
    expect(performance.now() - started).toBeLessThan(3000);
  });
});
