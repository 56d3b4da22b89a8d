import { describe, expect, it } from '@jest/globals';
import { misspelledNames } from './misspelled.js';

describe('misspelledNames', () => {
  it('reports names that resemble a variable', () => {
    expect(misspelledNames(['PROT', 'PLANE_CLIENTID', 'PLANE_WEBHOOK_SECERTS'])).toEqual([
      { name: 'PROT', meant: 'PORT' },
      { name: 'PLANE_CLIENTID', meant: 'PLANE_CLIENT_ID' },
      { name: 'PLANE_WEBHOOK_SECERTS', meant: 'PLANE_WEBHOOK_SECRETS' },
    ]);
  });

  it('accepts variables, their X_FILE, aliases and settings of the app', () => {
    expect(
      misspelledNames(['PORT', 'DATABASE_URL_FILE', 'PLANE_WEBHOOK_SECRET', 'no_proxy', 'OPENAI_API_KEY', 'TZ_NAME']),
    ).toEqual([]);
  });
});
