import { describe, expect, it } from '@jest/globals';
import { isPrivateHost } from './private-host.js';

describe('private hosts', () => {
  it.each(['127.0.0.1', '10.1.2.3', '172.31.0.1', '192.168.1.1', '100.64.0.1', '169.254.1.1', '[::1]', '[fd00::1]'])(
    'knows that %s is private',
    async (host) => expect(await isPrivateHost(host)).toBe(true),
  );

  it.each(['8.8.8.8', '172.32.0.1', '[2001:4860::1]'])('knows that %s is not', async (host) =>
    expect(await isPrivateHost(host)).toBe(false),
  );
});
