import { describe, expect, it } from '@jest/globals';
import { markupWithPrefix, pathPrefix, withoutPrefix, withPrefix } from './path-prefix.js';

const URL_WITH_PATH = 'https://tools.example.com/hangar';

describe('the path of PUBLIC_URL', () => {
  it.each([
    ['https://hangar.example.com', ''],
    [URL_WITH_PATH, '/hangar'],
  ])('%s has the prefix %j', (url, prefix) => {
    expect(pathPrefix(url)).toBe(prefix);
  });

  it.each([
    ['/hangar/console?x=1', '/console?x=1'],
    ['/hangar', '/'],
    ['/hangar?x=1', '/?x=1'],
    ['/hangars/console', '/hangars/console'],
    ['/console', '/console'],
  ])('is removed from the request %s: %s', (url, routed) => {
    expect(withoutPrefix(url, '/hangar')).toBe(routed);
  });

  it.each([
    ['/console', '/hangar/console'],
    ['/hangar/console', '/hangar/console'],
    ['https://tools.example.com/console', 'https://tools.example.com/hangar/console'],
    ['https://plane.example.com/auth', 'https://plane.example.com/auth'],
    ['//plane.example.com/auth', '//plane.example.com/auth'],
  ])('is added to the redirect %s: %s', (location, sent) => {
    expect(withPrefix(location, URL_WITH_PATH)).toBe(sent);
  });

  it('is added to the paths in attributes, and not to those in text', () => {
    const markup =
      '<a href="/console">/console</a><a href="//other"></a><form action="/x"><p title="href=&quot;/y&quot;">';
    expect(markupWithPrefix(markup, '/hangar')).toBe(
      '<a href="/hangar/console">/console</a><a href="//other"></a><form action="/hangar/x"><p title="href=&quot;/y&quot;">',
    );
  });
});
