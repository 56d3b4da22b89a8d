import { type Command } from 'commander';

/** What may follow a part of a command line. */
export interface CommandWords {
  /** The commands before it, and an option that takes a value: `deliveries list --state`. */
  readonly after: string;
  /** None where the value is free. */
  readonly words: readonly string[];
}

/** What may follow each command, and each option that takes a value. */
export function wordsOf(command: Command, path: readonly string[] = []): CommandWords[] {
  const names = command.commands.map((inner) => inner.name());
  const options = command.options.flatMap(({ long }) => long ?? []);
  const choices = command.registeredArguments.flatMap(({ argChoices = [] }) => argChoices);
  const values = command.options.flatMap(({ long, required, optional, argChoices = [] }) =>
    long && (required || optional) ? [{ after: [...path, long].join(' '), words: argChoices }] : [],
  );
  return [
    { after: path.join(' '), words: [...names, ...choices, ...options, '--help'] },
    ...values,
    ...command.commands.flatMap((inner) => wordsOf(inner, [...path, inner.name()])),
  ];
}
