import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type PlaneEvent } from 'hangar';
import { EVENTS_BY_CAUSE, type ExpectedEvent, expectedOf } from '../support/community-causes.js';
import { CommunityScene } from '../support/community-scene.js';
import {
  namesForIds,
  RECORDED_RELEASES,
  type RecordedRelease,
  recordedWebhooks,
} from '../support/recorded-community.js';

const UUIDS = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

/** The parts of an event that the table has. */
function described(event: PlaneEvent, named: (value: unknown) => unknown): object {
  const { name, changes, actor, workItem, comment } = event;
  return {
    name,
    changes: named(changes),
    actor: named(actor?.id),
    item: named(workItem?.id),
    assignees: named(workItem?.assigneeIds),
    labels: named(workItem?.labelIds),
    text: comment?.text.replaceAll(UUIDS, (id) => String(named(id))),
    mentions: comment?.mentions?.map(({ id }) => named(id)),
  };
}

/** The same keys as the expected event, and of the lists the members in any order. */
function comparable(event: object, expected: ExpectedEvent | undefined): object {
  const sorted = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(String).toSorted();
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, sorted(each)]));
  };
  return Object.fromEntries(
    Object.entries(event)
      .filter(([key]) => expected === undefined || key in expected)
      .map(([key, value]) => [key, sorted(value)]),
  );
}

describe('the recorded webhooks of the community edition', () => {
  let scene: CommunityScene;
  const causes = new Map<string, string>();

  beforeAll(async () => {
    scene = await CommunityScene.start(RECORDED_RELEASES.map((release) => recordedWebhooks(release)[0]?.secret ?? ''));
    for (const release of RECORDED_RELEASES) {
      const webhooks = recordedWebhooks(release);
      await scene.install(webhooks[0]?.payload['workspace_id']);
      for (const webhook of webhooks) causes.set(await scene.receive(webhook), `${release} ${webhook.cause}`);
    }
    await scene.finished();
  });

  afterAll(async () => {
    await scene.stop();
  });

  /** In the order in which they happened. */
  function eventsOf(release: RecordedRelease, cause: string): object[] {
    const named = namesForIds(recordedWebhooks(release));
    return scene
      .eventsOf((delivery) => causes.get(delivery) === `${release} ${cause}`)
      .map((event) => described(event, named));
  }

  it('are 153, of which every cause is in the table', () => {
    const all = RECORDED_RELEASES.flatMap((release) => recordedWebhooks(release));
    expect(all).toHaveLength(153);
    expect(all.filter(({ cause }) => !(cause in EVENTS_BY_CAUSE))).toEqual([]);
  });

  describe.each(RECORDED_RELEASES)('of %s', (release) => {
    it.each(Object.keys(EVENTS_BY_CAUSE))('give one event for each change: %s', (cause) => {
      const expected = expectedOf(release, cause);
      const events = eventsOf(release, cause);
      expect(events.map((event, index) => comparable(event, expected[index]))).toEqual(
        expected.map((event) => comparable(event, undefined)),
      );
    });
  });
});
