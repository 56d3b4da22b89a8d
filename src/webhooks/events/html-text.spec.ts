import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { textOfHtml } from './html-text.js';

afterEach(() => void jest.restoreAllMocks());

/** How many characters are read in all: one by one, by searches, and by attempts to match a pattern. */
function stepsOf(html: string): number {
  let steps = 0;
  const { charAt, indexOf } = String.prototype;
  const { exec } = RegExp.prototype;
  jest.spyOn(String.prototype, 'charAt').mockImplementation(function (this: string, at) {
    steps += 1;
    return charAt.call(this, at);
  });
  jest.spyOn(String.prototype, 'indexOf').mockImplementation(function (this: string, text, from = 0) {
    const found = indexOf.call(this, text, from);
    steps += (found === -1 ? this.length : found) - from + 1;
    return found;
  });
  jest.spyOn(RegExp.prototype, 'exec').mockImplementation(function (this: RegExp, text) {
    const found = exec.call(this, text);
    steps += (found?.[0].length ?? 0) + 1;
    return found;
  });
  textOfHtml(html);
  jest.restoreAllMocks();
  return steps;
}

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
    ['&AMP; &AMP &notit; &notin; &not; &iacute;', '& &AMP &notit; ∉ ¬ í'],
    ['&#65 &#x41 &#65;&#x10FFFF;&#xFFFFFFFFFFFFFFFFFFFFF;', '&#65 &#x41 A\u{10FFFF}\uFFFD'],
    ['&#128;&#x9F; &NotEqualTilde;', '€Ÿ ≂̸'],
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
    ['<mention-component entity_identifier="x"></mention-component> hi', '@x hi'],
    ['hi <mention-component entity_name="user_mention" entity_identifier=\'x\' /> you', 'hi @x you'],
    ['<mention-component label="Zo&euml;" entity_identifier="x"></mention-component>, hi', '@Zoë, hi'],
    ['<mention-component entity_identifier="x">@mika</mention-component> hi', '@mika hi'],
    ['<mention-component></mention-component>hi', 'hi'],
    ['<table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr></table>c', 'a\tb\n1\t2\nc'],
    [
      '<table><tr><th><p>a</p></th><th><p>b</p></th></tr><tr><td><p></p></td><td><p>2</p></td></tr></table>',
      'a\tb\n\t2',
    ],
    ['<td><p>a</p><p>b</p></td><td>c</td>', 'a\nb\tc'],
    ['Straße 😀', 'Straße 😀'],
  ])('reads %j as %j', (html, text) => {
    expect(textOfHtml(html)).toBe(text);
  });

  const references = readFileSync(new URL('../../../test/fixtures/html-entities.txt', import.meta.url), 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.split(' '))
    .map(([name = '', ...codes]) => [name, String.fromCodePoint(...codes.map((code) => parseInt(code, 16)))]);

  it('decodes every named character reference of HTML', () => {
    expect(references).toHaveLength(2231);
    const closed = references.filter(([name = '']) => name.endsWith(';'));
    expect(closed.map(([name = '']) => [name, textOfHtml(`x&${name}x`)])).toEqual(
      closed.map(([name, text = '']) => [name, `x${text}x`]),
    );
  });

  it('leaves a named character reference without a semicolon as it is', () => {
    const open = references.map(([name = '']) => name).filter((name) => !name.endsWith(';'));
    expect(open.filter((name) => textOfHtml(`x&${name} x`) !== `x&${name} x`)).toEqual([]);
    expect(open).toHaveLength(106);
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
    '<mention-component entity_identifier="x">',
    '<td>x</td>',
    'x ',
    '>',
    "<a b='>'",
    ' ',
  ])('takes linear time for repeated %j', (piece) => {
    const [once, twice] = [stepsOf(piece.repeat(500)), stepsOf(piece.repeat(1000))];
    expect(once).toBeGreaterThanOrEqual(500);
    expect(twice).toBeLessThanOrEqual(2 * once + 10);
  });
});
