import { setSourceMapsSupport } from 'node:module';

/**
 * Makes stack traces name lines of `src`. Call it before other modules are loaded. `--enable-source-maps` would also keep
 * the source maps of all packages, 12 MB.
 */
export function keepOwnSourceMaps(): void {
  setSourceMapsSupport(true, { nodeModules: false, generatedCode: false });
}
