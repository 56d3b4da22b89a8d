import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

const HASH_DIGITS = 12;

const TYPES = {
  'console.css': 'text/css; charset=utf-8',
  'console.js': 'text/javascript; charset=utf-8',
  'icon.svg': 'image/svg+xml',
} as const;

/** A file that pages load. */
export type AssetName = keyof typeof TYPES;

/** A file with the name that its content gives it. */
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

/** Where a page finds the file: another address with each content, so that it may be kept for ever. */
export function assetPath(name: AssetName): string {
  return ASSETS.get(name)?.path ?? '';
}

/** The file with that address; one of another release has the same name and another hash. */
export function findAsset(path: string): (Asset & { readonly exact: boolean }) | undefined {
  const name = path.replace(/^.*\//, '').replace(/\.[0-9a-f]{12}\./, '.') as AssetName;
  const asset = ASSETS.get(name);
  return asset && { ...asset, exact: asset.path === path };
}
