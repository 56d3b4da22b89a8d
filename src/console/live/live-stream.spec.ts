import { describe, expect, it } from '@jest/globals';
import { html } from '../../common/html.js';
import { changedParts, type LivePart } from './live-stream.js';

const part = (id: string, version: string): LivePart => ({ id, version, html: html`<p>${id}</p>` });

describe('parts of an open page', () => {
  it('are sent when they are new or changed, last one first', () => {
    const sent = new Map<string, string>();
    expect(changedParts(sent, [part('b', '1'), part('a', '1')]).map(({ id }) => id)).toEqual(['a', 'b']);
    expect(changedParts(sent, [part('b', '1'), part('a', '1')])).toEqual([]);
    expect(changedParts(sent, [part('c', '1'), part('b', '2')]).map(({ id }) => id)).toEqual(['b', 'c']);
  });
});
