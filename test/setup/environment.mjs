import { createRequire } from 'node:module';
import { TestEnvironment } from 'jest-environment-node';
import { endProcess } from './processes.mjs';

/**
 * Jest's environment for Node, in which tests use built modules that Node itself loaded (see `built-modules.mjs`), and
 * what a test file leaves running ends with the file, also where the file failed or a test ran out of time.
 */
export default class HangarEnvironment extends TestEnvironment {
  async setup() {
    await super.setup();
    // Objects cross over from the modules, and decorators of tests write where the modules read.
    Object.assign(this.global, {
      Reflect,
      Date,
      Error,
      TypeError,
      requireBuilt: createRequire(import.meta.url),
    });
    this.global.hangarProcesses = new Set();
  }

  async teardown() {
    for (const pid of this.global.hangarProcesses) endProcess(pid);
    await super.teardown();
  }
}
