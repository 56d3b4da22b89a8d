import { setSourceMapsSupport } from 'node:module';

/**
 * Stacks name lines of `src`. To be called before anything else is read: `--enable-source-maps` would keep the maps of
 * all packages too, 12 MB.
 */
export function keepOwnSourceMaps(): void {
  setSourceMapsSupport(true, { nodeModules: false, generatedCode: false });
}
