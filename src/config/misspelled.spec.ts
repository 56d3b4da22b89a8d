import { describe, expect, it } from '@jest/globals';
import { misspelledNames } from './misspelled.js';

describe('the names in .env', () => {
  it('are told where they are nearly a variable', () => {
    expect(misspelledNames(['PROT', 'PLANE_CLIENTID', 'PLANE_WEBHOOK_SECERTS'])).toEqual([
      { name: 'PROT', meant: 'PORT' },
      { name: 'PLANE_CLIENTID', meant: 'PLANE_CLIENT_ID' },
      { name: 'PLANE_WEBHOOK_SECERTS', meant: 'PLANE_WEBHOOK_SECRETS' },
    ]);
  });

  it('may be variables, their files, aliases, or the app’s own', () => {
    expect(
      misspelledNames([
        'PORT',
        'DATABASE_URL_FILE',
        'PLANE_WEBHOOK_SECRET',
        'no_proxy',
        'OPENAI_API_KEY',
        'TZ_NAME',
      ]),
    ).toEqual([]);
  });
});
