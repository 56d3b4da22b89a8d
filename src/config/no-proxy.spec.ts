import { describe, expect, it } from '@jest/globals';
import { NoProxy } from './no-proxy.js';

describe('NO_PROXY', () => {
  it.each([
    ['plane.example.com', 'https://plane.example.com'],
    ['example.com', 'https://plane.example.com'],
    ['.example.com', 'https://plane.example.com'],
    ['.example.com', 'https://example.com'],
    ['*.example.com', 'https://plane.example.com'],
    ['Plane.Example.COM', 'https://plane.example.com'],
    ['plane.example.com.', 'https://plane.example.com'],
    ['example.com', 'https://plane.example.com.'],
    ['plane.example.com:443', 'https://plane.example.com'],
    ['.example.com:8443', 'https://plane.example.com:8443'],
    ['10.0.0.0/8', 'https://10.1.2.3:8443'],
    ['10.0.0.0/8:8443', 'https://10.1.2.3:8443'],
    ['10.1.2.3', 'https://10.1.2.3'],
    ['10.1.2.3:443', 'https://10.1.2.3'],
    ['10.1.2.0-10.1.2.9', 'https://10.1.2.3'],
    ['fd00::/8', 'https://[fd12::1]'],
    ['::1', 'https://[::1]:8443'],
    ['[::1]:8443', 'https://[::1]:8443'],
    ['*', 'https://plane.example.com'],
    ['localhost, 127.0.0.1,.svc\n10.0.0.0/8', 'https://plane.svc'],
    ['localhost .svc', 'https://plane.svc'],
  ])('%j includes %s', (text, url) => {
    expect(new NoProxy(text).includes(url)).toBe(true);
  });

  it.each([
    ['example.com', 'https://badexample.com'],
    ['*.example.com', 'https://example.com'],
    ['plane.example.com:8443', 'https://plane.example.com'],
    ['10.0.0.0/8', 'https://11.1.2.3'],
    ['10.0.0.0/8', 'https://plane.example.com'],
    ['10.0.0.0/8:443', 'https://10.1.2.3:8443'],
    ['10.1.2.0-10.1.2.2', 'https://10.1.2.3'],
    ['fd00::/8', 'https://[fe80::1]'],
    ['[::1]:8443', 'https://[::1]'],
    [' , ', 'https://plane.example.com'],
  ])('%j does not include %s', (text, url) => {
    expect(new NoProxy(text).includes(url)).toBe(false);
  });

  it.each(['10.0.0.0/40', '10.0.0.0/x', '300.1.1.1', 'https://example.com', 'a_b!', '10.0.0.1-x', 'host:port'])(
    'rejects the entry %j by name',
    (entry) => {
      expect(() => new NoProxy(`localhost,${entry}`)).toThrow(`"${entry}" is none`);
    },
  );
});
