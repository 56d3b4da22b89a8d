import { describe } from '@jest/globals';

/** What some tests need beside Node, and how to get it. */
const TOOLS = {
  chromium: 'apt-get install chromium',
  helm: '.ci/chart fetches it',
  ipv6: 'a host with IPv6',
  mount: 'an account that may mount file systems, such as root outside an unprivileged container',
  lemonldap: '.ci/run installs it',
  pgbouncer: 'apt-get install pgbouncer',
  postgresql: 'apt-get install postgresql',
  podman: '.ci/image builds and runs it',
} as const;
const REQUIRED = (process.env['HANGAR_TEST_REQUIRE'] ?? '').split(',');

/**
 * Describes tests that need a tool. Where it is missing they are skipped, with a title that ends with the reason.
 * @throws where it is missing and HANGAR_TEST_REQUIRE (comma separated) names it, so that the test file fails
 */
export function describeWith(tool: keyof typeof TOOLS, found: boolean, title: string, tests: () => void): void {
  const needs = `needs ${tool}: ${TOOLS[tool]}`;
  if (!found && REQUIRED.includes(tool)) throw new Error(`HANGAR_TEST_REQUIRE: "${title}" ${needs}`);
  const describeIt = found ? describe : describe.skip;
  describeIt(found ? title : `${title} [${needs}]`, tests);
}
