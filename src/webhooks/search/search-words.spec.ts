import { describe, expect, it } from '@jest/globals';
import { searchWordsOf } from './search-text.js';
import { queryOf, vectorOf } from './search-vector.js';
import { searchTerms, wordsOf } from './search-words.js';

describe('the words of a text', () => {
  it.each([
    ['Straße PRÜFEN', ['straße', 'prufen']],
    ['/ping, v2.1: PROJ-12!', ['ping', 'v2', '1', 'proj', '12']],
    ["O'Brien\u0000 & | ! ( : *", ['o', 'brien']],
    ['ﬁne ①', ['fine', '1']],
    ['한국어 日本', ['한국어', '日本']],
  ])('%j', (text, words) => {
    expect(wordsOf(text)).toEqual(words);
  });
});

describe('the query of a search', () => {
  it.each([
    ['one two', `('one') & 'two':*`],
    ['one two ', `('one') & ('two')`],
    ['"one two" three', `('one' <-> 'two') & 'three':*`],
    ['"one two', `('one') & 'two':*`],
    [`"' & | !" (:*`, ''],
  ])('for %j', (text, query) => {
    expect(queryOf(searchTerms(text))).toBe(query);
  });

  it('stores words with their positions, and identifiers as lexemes of their own', () => {
    expect(vectorOf(['a', 'b', 'a'], ["C-1'"])).toBe(`'a':1,3 'b':2 '=c-1'''`);
  });
});

describe('the indexed words of a payload', () => {
  const words = (payload: unknown): string[] => searchWordsOf(Buffer.from(JSON.stringify(payload)));

  it('are texts without HTML, each once', () => {
    const data = {
      name: 'Name',
      comment_html: '<p>Some <b>te</b>xt</p>',
      comment_stripped: 'Some text',
      labels: ['x'],
    };
    expect(words({ data, activity: { actor: { display_name: 'Zoë' } } })).toEqual(['name', 'some', 'text', 'x', 'zoe']);
  });

  it('are no identifiers, times, URLs or machine-readable forms', () => {
    const data = {
      id: 'i',
      state_id: 's',
      label_ids: ['l'],
      updated_at: 'now',
      avatar_url: 'u',
      description_json: { type: 'doc' },
      link: 'https://x.test',
      when: '2026-01-01 10:00',
      other: '775c5716-5302-4617-bb9f-2cd843911268',
      shade: '#ffee00',
    };
    expect(words({ version: 'v2', event: 'workitem.updated', data })).toEqual([]);
  });

  it('are limited in number, and none for a malformed body', () => {
    expect(
      words({
        data: { name: 'word '.repeat(100_000), more: Array.from({ length: 9999 }, (_, at) => `w${at}`) },
      }),
    ).toHaveLength(400);
    expect(searchWordsOf(Buffer.from('{'))).toEqual([]);
  });
});
