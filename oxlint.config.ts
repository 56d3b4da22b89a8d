import { defineConfig, type OxlintOverride } from 'oxlint';

/** The folders of `src`, lowest first. A folder imports only what stands before it. */
const LAYERS = [
  'common',
  'config',
  'database',
  'observability',
  'queue',
  'activity',
  'audit',
  'plane',
  'installations',
  'lifecycle',
  'encryption',
  'tokens',
  'identity',
  'oauth',
  'webhooks',
  'agents',
  'tasks',
  'catch-up',
  'health',
  'operations',
  'api',
  'console',
  'handlers',
  'roles',
  'server',
  'host',
  'testing',
  'cli',
] as const;

/** The files of `src` itself, which put the layers together. */
const ENTRY_POINTS = '(?:app\\.module|main|cli|data-source|index)\\.js$';
/** The layers that start others: the whole application, and the simulator. */
const STARTS: ReadonlySet<string> = new Set(['server', 'host', 'testing', 'cli']);
/** How deep folders lie in a layer. */
const DEPTHS = [1, 2, 3] as const;

type Restriction =
  | { readonly regex: string; readonly message: string }
  | { readonly group: readonly string[]; readonly message: string; readonly allowTypeImports: true }
  | { readonly group: readonly string[]; readonly message: string; readonly importNames: readonly string[] };

const FOREIGN_REPOSITORY: Restriction = {
  regex: '^(\\.\\./)+[a-z-]+/(.+/)?[a-z0-9.-]+\\.(repository|entity)\\.js$',
  message: "Another module's repository or entity: import its service instead.",
};
const PLANE_SDK: Restriction = {
  group: ['@makeplane/*', 'axios'],
  message: 'Plane is reached through src/plane alone.',
  allowTypeImports: true,
};

const TYPEORM_MODULE: Restriction = {
  group: ['@nestjs/typeorm'],
  importNames: ['TypeOrmModule'],
  message: 'It registers for the default data source of a host application: use ownEntities() of src/database.',
};

/** What the files of a layer may not import; how many `../` lead out of it depends on their depth. */
function layerRules(layer: string, index: number): OxlintOverride[] {
  return DEPTHS.map((depth) => {
    const up = `^(?:\\.\\./){${depth}}`;
    const higher = LAYERS.slice(index + 1).join('|');
    const message = `src/${layer} imports lower layers only: see LAYERS in oxlint.config.ts.`;
    const patterns: Restriction[] = [];
    // The retention list calls repositories: services would only forward. The kit for tests replaces them.
    if (layer !== 'roles' && layer !== 'testing') patterns.push(FOREIGN_REPOSITORY);
    if (higher !== '') patterns.push({ regex: `${up}(?:${higher})/`, message });
    if (!STARTS.has(layer)) patterns.push({ regex: `${up}(?:\\.\\./simulator/|${ENTRY_POINTS})`, message });
    if (layer !== 'plane') patterns.push(PLANE_SDK);
    if (layer !== 'database') patterns.push(TYPEORM_MODULE);
    return restrict(`src/${layer}/${'*/'.repeat(depth - 1)}*.ts`, patterns);
  });
}

function restrict(files: string, patterns: readonly Restriction[]): OxlintOverride {
  return { files: [files], rules: { 'no-restricted-imports': ['error', { patterns }] } };
}

const SIMULATOR = restrict('simulator/**/*.ts', [
  {
    regex: '^(?:\\.\\./)+src/(?!common/)',
    message: 'The simulator is a program of its own: of src it imports common alone.',
  },
  PLANE_SDK,
]);

export default defineConfig({
  plugins: ['eslint', 'typescript', 'unicorn', 'oxc', 'import', 'node', 'promise', 'jest'],
  categories: {
    correctness: 'error',
    suspicious: 'error',
    perf: 'error',
  },
  ignorePatterns: ['dist', 'node_modules', 'coverage', 'templates'],
  rules: {
    'import/no-cycle': 'error',
    'import/no-self-import': 'error',
    'import/no-duplicates': 'error',
    'import/no-unassigned-import': 'off',
    'node/no-process-env': 'error',
    'no-console': 'error',
    'no-await-in-loop': 'off',
    'no-shadow': 'off',
    'no-underscore-dangle': 'off',
    'max-lines': [
      'error',
      {
        max: 300,
      },
    ],
    'max-lines-per-function': [
      'error',
      {
        max: 60,
        skipBlankLines: true,
        skipComments: true,
      },
    ],
    'typescript/no-floating-promises': 'error',
    'typescript/no-misused-promises': 'error',
    'typescript/no-explicit-any': 'error',
    'typescript/consistent-type-imports': 'off',
    'typescript/no-extraneous-class': 'off',
    'typescript/consistent-return': 'off',
    'typescript/no-unsafe-type-assertion': 'off',
    'unicorn/no-array-sort': 'off',
    'unicorn/consistent-function-scoping': 'off',
    'jest/no-standalone-expect': 'off',
    'jest/require-to-throw-message': 'off',
    'jest/expect-expect': 'error',
    'jest/no-conditional-expect': 'off',
    'jest/valid-title': 'off',
    'promise/valid-params': 'off',
    'oxc/no-async-endpoint-handlers': 'off',
    'unicorn/no-useless-spread': 'error',
    'oxc/no-map-spread': 'off',
  },
  overrides: [
    ...LAYERS.flatMap(layerRules),
    SIMULATOR,
    {
      files: ['src/config/**/*.ts', 'test/**', 'scripts/**', 'bench/**'],
      rules: { 'node/no-process-env': 'off' },
    },
    { files: ['scripts/**', 'test/**', 'bench/**'], rules: { 'no-console': 'off' } },
    {
      files: ['**/*.spec.ts', 'test/**'],
      rules: {
        'max-lines-per-function': 'off',
        'typescript/unbound-method': 'off',
        'typescript/no-unsafe-type-assertion': 'off',
      },
    },
  ],
});
