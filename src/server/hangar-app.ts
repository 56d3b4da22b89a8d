import { type ModuleMetadata } from '@nestjs/common';
import { type ModulesContainer } from '@nestjs/core';
import { type MigrationInterface } from 'typeorm';

/** An app: what it adds to Hangar. */
export interface HangarApp {
  /** The modules with its handlers, and what these need. They may import `TypeOrmModule.forFeature` for own tables. */
  readonly imports: NonNullable<ModuleMetadata['imports']>;
  /**
   * The migrations of its own tables, oldest first. They run after Hangar's, with their own table of executed ones
   * (`app_migrations`).
   */
  readonly migrations?: readonly (new () => MigrationInterface)[];
}

/** An app as a command loads it. */
export interface LoadedApp extends HangarApp {
  /**
   * The modules of a Nest application with `HangarModule`, of which nothing was started: its handlers are known, and cannot
   * run. There are no `imports` then.
   */
  readonly host?: ModulesContainer;
}

/** The app whose module called `runHangar` in this process. */
let registered: HangarApp | undefined;

/** Sets the app of this process. */
export function registerApp(app: HangarApp): void {
  registered = app;
}

/** The app that {@link registerApp} set, if any. */
export function registeredApp(): HangarApp | undefined {
  return registered;
}
