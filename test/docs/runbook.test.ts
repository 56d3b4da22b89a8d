import { describe, expect, it } from '@jest/globals';
import { loadConfig } from '../../src/config/load-config.js';
import { SECTIONS } from '../../src/console/frame/section.js';
import { inlineCode, pageText } from '../support/document.js';

const RUNBOOK = pageText('docs/runbook.md');
const CODE = inlineCode('docs/runbook.md');

describe('the runbook', () => {
  it('names pages and variables that exist', () => {
    const pages = CODE.filter((code) => code.startsWith('/console'));
    expect(pages.length).toBeGreaterThan(3);
    expect(SECTIONS.map(({ path }) => path)).toEqual(expect.arrayContaining(pages));

    const table = pageText('docs/configuration.md');
    const variables = new Set(
      RUNBOOK.match(/\b(?:HANGAR|PLANE|WEBHOOK|DELIVERY|TOKEN|DATABASE|METRICS|PUBLIC)_[A-Z_]+\b/g),
    );
    for (const variable of variables)
      expect([variable, table.includes(`| \`${variable.replace(/_FILE$/, '')}\``)]).toEqual([variable, true]);
  });

  it('shows many commands; test/docs/blocks.test.ts checks each', () => {
    expect(CODE.filter((code) => code.startsWith('npx hangar ')).length).toBeGreaterThan(30);
  });

  it('shows keys for a rotation in the format of the configuration', () => {
    const shown = CODE.filter((code) => code.startsWith('HANGAR_ENCRYPTION_KEYS='));
    expect(shown).toHaveLength(2);
    for (const line of shown) {
      const keys = line.split('=')[1]?.replace('NEW', key(1)).replace('OLD', key(2)) ?? '';
      expect(loadConfig({ HANGAR_ENCRYPTION_KEYS: keys }).encryptionKeys).toHaveLength(2);
    }
  });
});

function key(fill: number): string {
  return Buffer.alloc(32, fill).toString('base64');
}
