// Prints the bill of materials (CycloneDX) of a production install: what `npm sbom` lists, and the packages that
// `scripts/bundle-packages.mjs` has put into `dist/node_modules`, of which npm knows nothing.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '..');
const PACKAGES = resolve(ROOT, 'dist/node_modules/packages.json');

const sbom = JSON.parse(
  execFileSync('npm', ['sbom', '--sbom-format', 'cyclonedx', '--omit', 'dev'], { cwd: ROOT, maxBuffer: 1e8 }),
);
const own = sbom.metadata.component['bom-ref'];
const known = new Set(sbom.components.map(({ purl }) => purl));
const bundled = JSON.parse(readFileSync(PACKAGES, 'utf8'))
  .map(componentOf)
  .filter(({ purl }) => !known.has(purl));

sbom.components.push(...bundled);
sbom.dependencies.find(({ ref }) => ref === own).dependsOn.push(...bundled.map((each) => each['bom-ref']));
sbom.dependencies.push(...bundled.map((each) => ({ ref: each['bom-ref'], dependsOn: [] })));
process.stdout.write(`${JSON.stringify(sbom, undefined, 2)}\n`);

function componentOf({ name, version, license }) {
  const purl = `pkg:npm/${name.replace('@', '%40')}@${version}`;
  const licenses = license === undefined ? {} : { licenses: [{ license: { id: license } }] };
  const properties = [{ name: 'hangar:bundled', value: 'dist/node_modules' }];
  return { 'bom-ref': `${name}@${version}`, type: 'library', name, version, purl, ...licenses, properties };
}
