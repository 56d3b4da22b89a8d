import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { relative, resolve } from 'node:path';

const SOURCE = /^(?:src|simulator|migrations)\/.*\.ts$/;
const require = createRequire(import.meta.url);
const OWN_TEXT = readFileSync(import.meta.filename, 'utf8');

/**
 * Jest's transformer for what tests import of `src` and of the packages that it shares with them: instead of the code,
 * the module as built, loaded by Node itself, once for all files that a worker runs. Jest's own loading takes seconds of
 * every test file; and what is tested is what is shipped.
 */
export default {
  process(source, path, { config: { rootDir }, supportsStaticESM, supportsDynamicImport }) {
    if (!supportsDynamicImport) return { code: source }; // Jest's global setup, which is outside of the tests
    const file = JSON.stringify(builtFile(path, rootDir));
    const built = `requireBuilt(${file})`;
    if (!supportsStaticESM) return { code: `module.exports = ${built};` };
    const names = Object.keys(require(builtFile(path, rootDir)));
    const named = names.filter((name) => !['default', 'module.exports'].includes(name)).join(', ');
    const whole = names.includes('default') ? 'export default built.default;' : '';
    return { code: `const built = ${built};\nexport const { ${named} } = built;\n${whole}\n` };
  },
  /** The names may change with the build, and with what a module exports of others. */
  getCacheKey(_source, path, { config: { rootDir }, supportsStaticESM, supportsDynamicImport }) {
    const file = builtFile(path, rootDir);
    const names = supportsStaticESM ? Object.keys(require(file)) : [];
    return createHash('sha256')
      .update(JSON.stringify([OWN_TEXT, file, names, supportsStaticESM, supportsDynamicImport]))
      .digest('hex');
  },
};

function builtFile(path, rootDir) {
  const inside = relative(rootDir, path).replaceAll('\\', '/');
  return SOURCE.test(inside) ? resolve(rootDir, 'dist', inside.replace(/\.ts$/, '.js')) : path;
}
