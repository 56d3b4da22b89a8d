import all from './jest.config.mjs';

const MAIN = new Set(['unit', 'integration', 'e2e']);

/** What `npm test` runs: what proves the product to somebody who sees it for the first time. */
export default { ...all, projects: all.projects.filter(({ displayName }) => MAIN.has(displayName)) };
