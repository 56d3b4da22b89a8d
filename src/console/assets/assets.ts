import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

const HASH_DIGITS = 12;

const TYPES = {
  'console.css': 'text/css; charset=utf-8',
  'console.js': 'text/javascript; charset=utf-8',
  'icon.svg': 'image/svg+xml',
} as const;

/** A file that the pages load. */
export type AssetName = keyof typeof TYPES;

/** A file with the hash of its content in its path. */
export interface Asset {
  readonly path: string;
  readonly type: string;
  readonly content: Buffer;
}

const ASSETS = new Map(
  (Object.keys(TYPES) as AssetName[]).map((name): [AssetName, Asset] => {
    const content = readFileSync(new URL(`files/${name}`, import.meta.url));
    const hash = createHash('sha256').update(content).digest('hex').slice(0, HASH_DIGITS);
    const path = `/console/assets/${name.replace('.', `.${hash}.`)}`;
    return [name, { path, type: TYPES[name], content }];
  }),
);

/** The path of a file. It changes with the content, so that browsers may cache the file without limit. */
export function assetPath(name: AssetName): string {
  return ASSETS.get(name)?.path ?? '';
}

/** The file with that path. `exact`: false for the path of another release, which has another hash. */
export function findAsset(path: string): (Asset & { readonly exact: boolean }) | undefined {
  const name = path.replace(/^.*\//, '').replace(/\.[0-9a-f]{12}\./, '.') as AssetName;
  const asset = ASSETS.get(name);
  return asset && { ...asset, exact: asset.path === path };
}
