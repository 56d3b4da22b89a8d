import { beforeAll, describe, expect, it } from '@jest/globals';
import { createDefaultMonokleValidator, type MonokleValidator, type Resource } from '@monokle/validation';
import { stringify } from 'yaml';
import { describeSets, manifests } from '../support/chart.js';
import { type Manifest } from '../support/kept-manifests.js';

const PLUGINS = { 'pod-security-standards': true, practices: true };
/** Practices that contradict the design, with the reason. */
const LEFT_OUT: Readonly<Record<string, string>> = {
  'practices/cpu-limit': 'a limit slows webhooks down while the node has nothing else to do; requests share it out',
  'practices/no-secret-env':
    'goes by names alone: PLANE_CLIENT_SECRET_FILE holds a path (manifests.test.ts looks at the values)',
};
/** And those that one set does without, which is what it is for. */
const LEFT_OUT_OF: Readonly<Record<string, readonly string[]>> = {
  openshift: ['KBP104', 'KBP105'], // the platform chooses user and group
  'no-ingress': ['KBP114'], // a load balancer instead of an ingress
};

/** An object as the validator takes it. */
function resource(set: string, manifest: Manifest, at: number): Resource {
  const { apiVersion, kind, metadata } = manifest;
  const file = { fileId: set, filePath: set, fileOffset: 0, text: stringify(manifest) };
  return { ...file, id: `${set} ${at}`, name: metadata.name, apiVersion, kind, content: manifest };
}

describe('a manifest of the chart', () => {
  let validator: MonokleValidator;

  beforeAll(async () => {
    validator = createDefaultMonokleValidator();
    await validator.preload({ plugins: PLUGINS });
    const names = Object.entries(validator.rules).flatMap(([plugin, rules]) =>
      rules.map(({ name }) => `${plugin}/${name}`),
    );
    expect(names).toEqual(expect.arrayContaining(Object.keys(LEFT_OUT)));
    const rules = Object.fromEntries(names.map((name) => [name, name in LEFT_OUT ? false : ('err' as const)]));
    await validator.preload({ plugins: PLUGINS, rules });
  });

  /** The rules that objects break, each with the first place. */
  async function findings(set: string, objects: readonly Manifest[]): Promise<string[]> {
    const resources = objects.map((manifest, at) => resource(set, manifest, at));
    const { runs } = await validator.validate({ resources });
    return runs.flatMap(({ results }) =>
      results.map(({ ruleId, message, locations }) => {
        const places = locations[1]?.logicalLocations?.map(({ fullyQualifiedName }) => fullyQualifiedName);
        return `${ruleId} ${message.text} ${places?.join(' ')}`;
      }),
    );
  }

  describeSets(
    (set) => `with the values ${set}`,
    (set) => {
      it('complies with Pod Security "restricted" and with the practices', async () => {
        const found = await findings(set, manifests(set));
        const allowed = LEFT_OUT_OF[set] ?? [];
        expect(found.filter((finding) => !allowed.some((id) => finding.startsWith(id)))).toEqual([]);
        for (const id of allowed) expect(found.join('\n')).toContain(id);
      });
    },
  );

  it('fails the checks if it is insecure', async () => {
    const weak = structuredClone(manifests('minimal'));
    const [pod] = weak.filter(({ kind }) => kind === 'Deployment').map(({ spec }) => spec.template.spec);
    pod.containers[0].securityContext = { privileged: true };
    pod.securityContext = {};
    pod.volumes.push({ name: 'host', hostPath: { path: '/' } });
    pod.containers[0].image = 'hangar:latest';
    const ids = new Set((await findings('weak', weak)).map((finding) => finding.split(' ')[0]));
    for (const id of ['PSS103', 'PSS105', 'PSS201', 'PSS202', 'PSS203', 'PSS205', 'PSS206', 'KBP001', 'KBP102'])
      expect([...ids]).toContain(id);
  });
});
