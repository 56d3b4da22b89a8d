import 'reflect-metadata';
import { declareHandlers } from '../webhooks/discovery/declared-handlers.js';
import { type AgentOptions } from './agent-options.js';
import { type AgentMethod } from './agent-session.js';

/** The metadata key of the decorator's argument. */
export const AGENT_PROMPT_METADATA = Symbol('hangar:on-agent-prompt');

/**
 * Calls the method for each message of a user to the app as an agent: the mention, then each reply in the thread. The text
 * that it returns is the response. An app has one such method.
 */
export function OnAgentPrompt(options: AgentOptions = {}) {
  return <M extends AgentMethod>(
    prototype: object,
    _name: string | symbol,
    method: TypedPropertyDescriptor<M>,
  ): void => {
    declareHandlers(prototype);
    if (method.value) Reflect.defineMetadata(AGENT_PROMPT_METADATA, options, method.value);
  };
}
