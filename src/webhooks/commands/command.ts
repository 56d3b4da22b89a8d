import { type PlaneContext } from '../discovery/handler-contexts.js';
import { type PlaneEvent } from '../events/plane-event.js';
import { parseArguments, takenBy } from './command-arguments.js';
import { type Parameter, parseParameters, requireCommandName } from './command-grammar.js';
import { type CommandEvent, type PlaneCommand } from './plane-command.js';

/** How a command is declared. */
export interface CommandDeclaration {
  /** With its slash. */
  readonly name: string;
  readonly args: string;
  /** What it does, for `--help`. */
  readonly description?: string;
}

/** A handler's part that is a command. */
export interface Command {
  /** Whether a comment is this command. */
  readonly when: (event: PlaneEvent) => boolean;
  /** Runs the method, or answers `--help` and wrong arguments. */
  readonly run: (event: PlaneEvent, context: PlaneContext) => Promise<void>;
}

const HELP = '--help';
const WORDS = /^\s*(?<name>\S+)(?<text>[^]*)$/;

/**
 * Makes a command of its declaration.
 *
 * @param call the author's method
 * @throws {TypeError} for a declaration that is wrong
 */
export function commandOf(
  declaration: CommandDeclaration,
  call: (command: PlaneCommand, context: PlaneContext) => unknown,
): Command {
  requireCommandName(declaration.name);
  const parameters = parseParameters(declaration.args);
  const { name } = declaration;
  return {
    when: ({ comment }) => textAfter(name, comment?.text ?? '') !== undefined,
    run: async (event, context) => {
      const text = textAfter(name, event.comment?.text ?? '') ?? '';
      if (text === HELP) return answer(context, usageOf(declaration, parameters), 'asked for its usage');
      const parsed = parseArguments(parameters, text);
      if ('values' in parsed) {
        const { workItem, comment, actor } = event as CommandEvent;
        const command = { name, args: parsed.values, text, workItem, comment, event: event as CommandEvent };
        await call({ ...command, ...(actor && { actor }) }, context);
        return;
      }
      const { problem } = parsed;
      await answer(
        context,
        `${escaped(problem)}.\n\n${usageOf(declaration, parameters)}`,
        `wrong arguments: ${problem}`,
      );
    },
  };
}

/** What stands after the command's name in a comment; `undefined` for any other comment. */
function textAfter(command: string, comment: string): string | undefined {
  const { name = '', text = '' } = WORDS.exec(comment)?.groups ?? {};
  return name.toLowerCase() === command.toLowerCase() ? text.trim() : undefined;
}

async function answer(context: PlaneContext, markdown: string, reason: string): Promise<void> {
  await context.reply({ markdown });
  context.skip(reason);
}

function usageOf({ name, args, description }: CommandDeclaration, parameters: readonly Parameter[]): string {
  const usage = `Usage: \`${`${name} ${args}`.trim()}\``;
  const lines = parameters.map((each) => `- \`${each.name}\`: ${takenBy(each)}${each.required ? '' : ' (optional)'}`);
  return [...(description === undefined ? [] : [description]), usage, lines.join('\n')].join('\n\n').trim();
}

/** What a user wrote as it was written: not as Markdown. */
function escaped(text: string): string {
  return text.replace(/[\\`*_[\]()~#>|-]/g, String.raw`\$&`);
}
