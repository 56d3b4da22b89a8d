import { type ModuleRef } from '@nestjs/core';
import { type SentWebhook, type WebhookAnswer } from './wire.js';

/** A dead letter of an app under test. */
export interface TestDeadLetter {
  readonly handler: string;
  /** The id of the delivery. */
  readonly id: string;
}

/** What runs the app under test: in memory, or on PostgreSQL. */
export interface Backend {
  readonly ref: ModuleRef;
  deliver(webhook: SentWebhook): Promise<WebhookAnswer>;
  /** Resolves once no handler runs and none is due. @throws where one still runs after ten seconds */
  settled(): Promise<void>;
  /** Lets time pass: what becomes due runs, in its order. */
  advance(ms: number): Promise<void>;
  now(): Date;
  deadLetters(): Promise<TestDeadLetter[]>;
  close(): Promise<void>;
}

/** What a backend starts with. */
export interface BackendOptions {
  /** The variables of Hangar. */
  readonly environment: Readonly<Record<string, string>>;
  /** The app's modules. */
  readonly app: new () => object;
  readonly ref: () => ModuleRef;
  /** Called whenever the clock was moved, with how far it is ahead. */
  readonly onMove: (aheadMs: number) => Promise<void>;
}
