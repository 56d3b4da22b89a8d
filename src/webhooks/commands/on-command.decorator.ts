import { type PlaneContext } from '../discovery/handler-contexts.js';
import { type HandlerOptions } from '../discovery/handler-options.js';
import { addRegistration } from '../discovery/registrations.js';
import { type PlaneCommand } from './plane-command.js';

/** Options of a command. */
export interface CommandOptions<S extends string> extends Omit<HandlerOptions, 'coalesce' | 'includeSelf'> {
  /** Its arguments: `<delay:duration> [priority:low|high] <text...>`. Default none. */
  readonly args?: S;
  /** What it does, for the answer to `--help`. */
  readonly description?: string;
}

/** The signature of a decorated method. */
export type CommandHandler<S extends string> = (command: PlaneCommand<S>, context: PlaneContext) => unknown;

/**
 * Calls the method for a new comment on a work item that begins with this command, with its arguments parsed. `--help` and wrong
 * arguments are answered with a comment. Edited comments, and those of the app itself, are no commands.
 */
export function OnCommand<const S extends string = ''>(name: `/${string}`, options: CommandOptions<S> = {}) {
  return <M extends CommandHandler<S>>(
    prototype: object,
    _name: string | symbol,
    method: TypedPropertyDescriptor<M>,
  ): void => {
    const { args = '', description, ...others } = options;
    const declaration = { name, args, ...(description !== undefined && { description }) };
    addRegistration(prototype, method.value, { kind: 'command', declaration, options: others });
  };
}
