import { describe, expect, it } from '@jest/globals';
import { html } from '../../common/html.js';
import { changedParts, type LivePart } from './live-part.js';

const part = (id: string, version: string): LivePart => ({ id, version, html: html`<p>${id}</p>` });

describe('parts of a page that is looked at', () => {
  it('are told when they are new or have changed, the oldest first', () => {
    const told = new Map<string, string>();
    expect(changedParts(told, [part('b', '1'), part('a', '1')]).map(({ id }) => id)).toEqual(['a', 'b']);
    expect(changedParts(told, [part('b', '1'), part('a', '1')])).toEqual([]);
    expect(changedParts(told, [part('c', '1'), part('b', '2')]).map(({ id }) => id)).toEqual(['b', 'c']);
  });
});
