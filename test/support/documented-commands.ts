import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Command } from 'commander';

let known: Promise<Map<string, Command>> | undefined;

/** The words after `hangar`, of a command as documentation shows it; `undefined` where it is none. */
export function hangarWords(code: string): string[] | undefined {
  const words = /(?:^npx |-- |:[\d.]+ |exec hangar )hangar ([^|><]+)/.exec(code)?.[1];
  return words === undefined || words.startsWith('…') ? undefined : words.trim().split(' ');
}

/** What the command line does not know of these words; `undefined` where it knows all. */
export async function unknownIn(words: readonly string[]): Promise<string | undefined> {
  const [first = '', second = ''] = words;
  if (first.startsWith('--')) return undefined;
  known ??= commands();
  const group = (await known).get(first);
  if (!group) return first;
  const command = group.commands.find((each) => each.name() === second);
  if (!command && group.commands.length > 0 && /^[a-z]/.test(second)) return second;
  const options = new Set((command ?? group).options.map(({ long }) => long));
  return words.find((word) => word.startsWith('--') && word !== '--help' && !options.has(word));
}

async function commands(): Promise<Map<string, Command>> {
  const found = new Map<string, Command>();
  for (const file of readdirSync('src/cli').filter((name) => name.endsWith('.command.ts'))) {
    const module = (await import(resolve('src/cli', file))) as Record<string, () => Command>;
    const made = Object.entries(module).find(([name]) => name.endsWith('Command'))?.[1]();
    if (made) found.set(made.name(), made);
  }
  return found;
}
