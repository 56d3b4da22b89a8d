import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { type Command } from 'commander';
import { SECTIONS } from '../../src/console/frame/section.js';
import { loadConfig } from '../../src/config/load-config.js';

const RUNBOOK = readFileSync('docs/runbook.md', 'utf8');
/** Code in the text, and lines of blocks of code. */
const CODE = [...RUNBOOK.matchAll(/`([^`\n]+)`/g), ...RUNBOOK.matchAll(/^((?:npx|kubectl) .*)$/gm)].map(
  ([, code = '']) => code,
);

async function commands(): Promise<Map<string, Command>> {
  const found = new Map<string, Command>();
  for (const file of readdirSync('src/cli').filter((name) => name.endsWith('.command.ts'))) {
    const module = (await import(resolve('src/cli', file))) as Record<string, () => Command>;
    const made = Object.entries(module).find(([name]) => name.endsWith('Command'))?.[1]();
    if (made) found.set(made.name(), made);
  }
  return found;
}

/** The words after `hangar`, of what the runbook has typed. */
function typed(): string[][] {
  return CODE.flatMap((code) => {
    const words = /(?:^npx |-- )hangar ([^|>]+)$/.exec(code)?.[1];
    return words === undefined ? [] : [words.split(' ')];
  });
}

describe('the runbook', () => {
  it('has nothing typed that the command line does not know', async () => {
    const known = await commands();
    const lines = typed().filter(([first]) => first !== '…');
    expect(lines.length).toBeGreaterThan(30);
    for (const words of lines) {
      const [first = '', second = ''] = words;
      const group = known.get(first);
      const command = group?.commands.find((each) => each.name() === second) ?? group;
      expect([words.join(' '), command?.name()]).toEqual([words.join(' '), expect.any(String)]);
      if (group && group.commands.length > 0 && !second.startsWith('-') && second !== '')
        expect([words.join(' '), command?.name()]).toEqual([words.join(' '), second]);
      const options = command?.options.map(({ long }) => long);
      for (const option of words.filter((word) => word.startsWith('--'))) expect(options).toContain(option);
    }
  });

  it('names pages, variables, headings and files that there are', () => {
    const pages = CODE.filter((code) => code.startsWith('/console'));
    expect(pages.length).toBeGreaterThan(3);
    expect(SECTIONS.map(({ path }) => path)).toEqual(expect.arrayContaining(pages));

    const readme = readFileSync('README.md', 'utf8');
    const variables = new Set(
      RUNBOOK.match(/\b(?:HANGAR|PLANE|WEBHOOK|DELIVERY|TOKEN|DATABASE|METRICS|PUBLIC)_[A-Z_]+\b/g),
    );
    for (const variable of variables)
      expect([variable, readme.includes(`| \`${variable.replace(/_FILE$/, '')}\``)]).toEqual([
        variable,
        true,
      ]);

    const anchors = [...RUNBOOK.matchAll(/^##+ (.+)$/gm)].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replaceAll(/[^a-z0-9 -]/g, '')
        .replaceAll(' ', '-'),
    );
    for (const [, anchor] of RUNBOOK.matchAll(/\]\(#([^)]+)\)/g)) expect(anchors).toContain(anchor);
    for (const [, file = ''] of RUNBOOK.matchAll(/\]\((?!#)([^)#]+)/g))
      expect([file, existsSync(resolve('docs', file))]).toEqual([file, true]);
  });

  it('shows keys for a rotation as the configuration takes them', () => {
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
