import { ownManifest } from './package-root.js';

/** Exits with 1 and a message where this Node is older than `engines` in `package.json` allows. */
export function requireNodeVersion(): void {
  const { engines } = ownManifest();
  if (isVersionAtLeast(process.versions.node, engines.node)) return;
  process.stderr.write(`Hangar requires Node ${engines.node}. This is Node ${process.versions.node}.\n`);
  process.exit(1);
}

/** Whether the version (`24.9.0`) satisfies a range of the form `>=24.9.0`. */
export function isVersionAtLeast(version: string, range: string): boolean {
  const numbers = (text: string): number[] => (text.match(/\d+/g) ?? []).map(Number);
  const [actual, minimum] = [numbers(version), numbers(range)];
  const different = minimum.findIndex((number, index) => number !== actual[index]);
  return different === -1 || (actual[different] ?? 0) > (minimum[different] ?? 0);
}
