import { badInput } from '../world/world.error.js';

/** The newest release of the community edition whose webhooks were recorded. */
export const NEWEST_RELEASE = 'v1.3.1';

/** What a release of the community edition sends (docs/plane-versions.md). */
export interface CommunityRelease {
  /** `v1.3.1`. */
  readonly version: string;
  /** Up to v0.19: `create`, `update`, `delete`, and no `activity`. */
  readonly imperative: boolean;
  /** v0.20 to v0.26.0: two webhooks for each field that is edited in the web app, deletions, links, cycles, modules. */
  readonly doubles: boolean;
  /** v0.23.1 to v0.26.0: the assignees of a new work item are announced before it is. */
  readonly assigneesFirst: boolean;
  /** Up to v0.27: `data` still lists the people and labels that were removed. */
  readonly listsRemoved: boolean;
  /** Whether an edit by API is announced. */
  readonly announcesApi: boolean;
  /** From v1.3.0 on: an edit by API has ids as the values of `state`, `assignees` and `labels`. */
  readonly announcesIds: boolean;
  /** Whether the deletion of a work item, and of a comment, is announced; that of a project always is. */
  readonly deletions: { readonly workItem: boolean; readonly comment: boolean };
}

type Version = readonly [major: number, minor: number, patch: number];

const isBefore = (one: Version, other: Version): boolean => {
  const index = one.findIndex((part, position) => part !== other[position]);
  return index !== -1 && (one[index] ?? 0) < (other[index] ?? 0);
};

/**
 * The traits of a release.
 *
 * @param version `v1.3.1`, with or without the `v`
 * @throws 400 where it is no version
 */
export function communityRelease(version: string): CommunityRelease {
  const parts = /^v?(\d{1,4})\.(\d{1,4})(?:\.(\d{1,4}))?$/.exec(version)?.slice(1);
  if (!parts) throw badInput(`"${version}" is no version of Plane: write it as ${NEWEST_RELEASE}.`);
  const [major = 0, minor = 0, patch = 0] = parts.map((part) => (part ? Number(part) : 0));
  const from = (...other: Version): boolean => !isBefore([major, minor, patch], other);
  const imperative = !from(0, 20, 0);
  const doubles = !imperative && !from(0, 26, 1);
  return {
    version: `v${major}.${minor}.${patch}`,
    imperative,
    doubles,
    assigneesFirst: from(0, 23, 1) && doubles,
    listsRemoved: doubles || !from(1, 0, 0),
    announcesApi: from(1, 3, 0) || imperative,
    announcesIds: from(1, 3, 0),
    deletions: { workItem: imperative || doubles, comment: imperative || (doubles && from(0, 26, 0)) },
  };
}
