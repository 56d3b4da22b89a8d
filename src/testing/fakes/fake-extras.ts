import { randomUUID } from 'node:crypto';
import { mentionOf } from '../../webhooks/dispatch/markdown.js';
import { SkipRun } from '../../webhooks/dispatch/skip-run.js';
import { type FakeCall } from './fake-plane.js';

/** A task that the handler under test scheduled. */
export interface FakeTask {
  readonly id: string;
  readonly name: string;
  readonly data: unknown;
  readonly options: unknown;
}

/** What a context keeps between two runs, in memory: give the same to the contexts of both. */
export class FakeMemory {
  /** What `context.store` has, by key. */
  readonly stored = new Map<string, unknown>();
  /** The results of `context.once`, by key. */
  readonly done = new Map<string, unknown>();
  /** What `context.tasks` has scheduled and not cancelled. */
  readonly tasks: FakeTask[] = [];
}

/** The parts of a context that keep something or answer, on memory. Replies are recorded as calls of `reply`. */
export function fakeExtras(memory: FakeMemory, calls: FakeCall[]): Record<string, unknown> {
  return {
    reply: async (...args: unknown[]) => {
      calls.push({ method: 'reply', args });
      return { id: randomUUID() };
    },
    mention: mentionOf,
    skip: (reason: string) => {
      throw new SkipRun(reason);
    },
    once: async (key: string, work: () => unknown) => {
      if (!memory.done.has(key)) memory.done.set(key, await work());
      return memory.done.get(key);
    },
    store: {
      get: async (key: string) => structuredClone(memory.stored.get(key)),
      set: async (key: string, value: unknown) => void memory.stored.set(key, structuredClone(value)),
      delete: async (key: string) => memory.stored.delete(key),
    },
    tasks: { schedule: schedule(memory), cancel: cancel(memory) },
  };
}

type WithKey = { readonly key?: string } | undefined;

function schedule({ tasks }: FakeMemory) {
  return async (name: string, data: unknown, options: WithKey): Promise<{ id: string; dueAt: Date }> => {
    const same = tasks.findIndex((task) => task.name === name && isOf(task, options?.key));
    if (same !== -1) tasks.splice(same, 1);
    const task = { id: randomUUID(), name, data, options };
    tasks.push(task);
    return { id: task.id, dueAt: new Date() };
  };
}

function cancel({ tasks }: FakeMemory) {
  return async (key: string): Promise<number> => {
    const kept = tasks.filter((task) => !isOf(task, key));
    return tasks.splice(0, tasks.length, ...kept).length - kept.length;
  };
}

function isOf({ options }: FakeTask, key: string | undefined): boolean {
  return key !== undefined && (options as WithKey)?.key === key;
}
