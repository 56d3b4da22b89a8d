import { describe, expect, it } from '@jest/globals';
import { callbackParameters, flowOf } from './oauth-query.js';

describe('the query of a callback', () => {
  it('is read where each parameter came once', () => {
    const query = {
      state: 's',
      code: 'c',
      app_installation_id: 'i',
      error: 'access_denied',
      error_description: 'No',
    };
    expect(callbackParameters(query)).toEqual({
      state: 's',
      code: 'c',
      appInstallationId: 'i',
      error: 'access_denied',
      errorDescription: 'No',
    });
  });

  it('treats empty parameters as absent', () => {
    expect(callbackParameters({ state: '', code: undefined })).toEqual({});
  });

  it.each([{ state: ['a', 'b'] }, { app_installation_id: 'x'.repeat(3000) }])(
    'rejects a parameter that is repeated or too long',
    (query) => {
      expect(() => callbackParameters(query)).toThrow('given twice, or is longer');
    },
  );

  it('shows nothing but a well-formed error code', () => {
    expect(callbackParameters({ error: '<script>' })).toEqual({ error: 'an error' });
  });
});

describe('flow', () => {
  it('is bot unless it says user', () => {
    expect([flowOf(undefined), flowOf('bot'), flowOf('user')]).toEqual(['bot', 'bot', 'user']);
  });

  it.each(['admin', '', ['bot', 'user']])('rejects %j', (flow) => {
    expect(() => flowOf(flow)).toThrow('flow must be "bot"');
  });
});
