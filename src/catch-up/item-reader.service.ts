import { Injectable } from '@nestjs/common';
import { type KnownWebhooks, RecoveryService } from '../webhooks/deliveries/recovery.service.js';
import { changedAtMs } from '../webhooks/events/comparable-change.js';
import { familyOfName } from '../webhooks/events/event-table.js';
import { SAME_CHANGE_MS } from '../webhooks/events/match-changes.js';
import { fieldOf, idOf, textOf } from '../webhooks/events/payload-fields.js';
import { type PlaneEvent, type PlaneRecord } from '../webhooks/events/plane-event.js';
import { CatchUpListsRepository, type PendingItem } from './catch-up-lists.repository.js';
import { CatchUpRunsRepository, type FoundGap, UNEXPLAINED } from './catch-up-runs.repository.js';
import { type CatchUpStep, spanOf } from './catch-up-step.js';
import { CatchUpTiming } from './catch-up-timing.js';
import { commentChanges, deletedComment, fieldChanges, isWithin, payloadOf, type ShownChange } from './item-changes.js';

const MS = 1000;
/** Plane announces them in some versions and shapes alone: that no webhook came proves nothing. */
const NOT_ALWAYS_ANNOUNCED: ReadonlySet<string> = new Set([
  'link',
  'attachment',
  'reaction',
  'vote',
  'cycles',
  'modules',
  'relation',
]);

/** What Plane shows of a work item. */
interface ReadItem {
  readonly changes: readonly ShownChange[];
  readonly about: KnownWebhooks;
  readonly gaps: readonly FoundGap[];
}

/** Reads the changes of one work item, and stores those that no webhook announced. */
@Injectable()
export class ItemReaderService {
  constructor(
    private readonly recovery: RecoveryService,
    private readonly runs: CatchUpRunsRepository,
    private readonly lists: CatchUpListsRepository,
    private readonly timing: CatchUpTiming,
  ) {}

  async read(step: CatchUpStep, item: PendingItem): Promise<void> {
    const { run, installation, takeCalls } = step;
    const { workspaceId } = installation;
    const { changes, about, gaps } = await this.changesOf(step, item);
    const payloads = changes.map((change) => payloadOf(workspaceId, run.id, change));
    await this.recovery.store(installation, payloads, about, async (transaction, { events, known }) => {
      const mentions = events.filter((event) => mentionsBot(event, installation.botUserId)).map(unknownRun);
      await this.runs.addGaps(transaction, run, [...gaps, ...mentions]);
      await this.runs.count(transaction, run.id, {
        recovered: events.length,
        known,
        calls: takeCalls(),
        missedMs: events.flatMap((event) =>
          shouldBeAnnounced(event, installation.botUserId) ? [changedAtMs(event)] : [],
        ),
      });
      await this.lists.deleteItem(transaction, run.id, item.id);
    });
  }

  private async changesOf(step: CatchUpStep, item: PendingItem): Promise<ReadItem> {
    const { run, reads } = step;
    if (!item.data) return this.vanishedItem(step, item);
    const span = spanOf(run);
    const activities = await reads.activities(item.projectId, item.id, span.sinceMs);
    const comments = await reads.comments(item.projectId, item.id);
    // It was deleted, archived or moved since its list was read.
    if (!activities || !comments) return this.vanishedItem(step, { ...item, data: null, changedAt: run.since });
    const about = await this.webhooksAbout(step, item, comments);
    const fields = fieldChanges(item, activities, span, await this.hasParts(step));
    const changedMs = item.changedAt.getTime();
    // A work item changes when a comment of it is deleted.
    const gone = isWithin(span, changedMs) ? deletedCommentIds(about, comments) : [];
    const deleted = gone.map((id) => deletedComment(id, item.id, item.projectId, changedMs));
    const all = [...fields, ...commentChanges(comments, item.id, item.projectId, span), ...deleted];
    const changes = all.toSorted((a, b) => a.atMs - b.atMs);
    const isExplained = changes.length > 0 || !isWithin(span, changedMs) || isAnnounced(about, changedMs);
    return { changes, about, gaps: isExplained ? [] : [unexplained(item)] };
  }

  /** Of a deleted work item Plane still shows the activities, of an archived one the comments too. */
  private async vanishedItem({ run, reads, installation }: CatchUpStep, item: PendingItem): Promise<ReadItem> {
    const { id, projectId, changedAt, wasListed } = item;
    if (await this.lists.isListed(run.installationId, id)) {
      const about = await this.recovery.webhooksAbout(installation, [id], changedAt);
      return { changes: [], about, gaps: [] };
    }
    const span = { sinceMs: changedAt.getTime(), untilMs: Number.POSITIVE_INFINITY };
    const activities = (await reads.activities(projectId, id, span.sinceMs)) ?? [];
    const comments = (await reads.comments(projectId, id)) ?? [];
    const ids = [id, ...comments.flatMap((comment) => idOf(comment) ?? [])];
    const about = await this.recovery.webhooksAbout(installation, ids, changedAt);
    const fields = fieldChanges(item, activities, span, false);
    const changes = [...fields, ...commentChanges(comments, id, projectId, span)].toSorted((a, b) => a.atMs - b.atMs);
    // In no list are drafts and what waits in intake, too.
    const isExplained = !wasListed || fields.some(saysWhyItIsGone);
    const isKnown = about.webhooks.some(({ event }) => /^workitem\.(?:deleted|archived)$/.test(event.name));
    return { changes, about, gaps: isExplained || isKnown ? [] : [vanishedWithoutTrace(item)] };
  }

  /** As the workspace's webhooks have it. */
  private async hasParts({ installation }: CatchUpStep): Promise<boolean> {
    return (await this.recovery.newestWebhook(installation))?.source === 'v2';
  }

  /** Also those about its comments: v1 announces a deleted comment without its work item. */
  private async webhooksAbout(
    { run, installation }: CatchUpStep,
    { id }: PendingItem,
    comments: readonly PlaneRecord[],
  ): Promise<KnownWebhooks> {
    const since = new Date(run.since.getTime() - this.timing.commentSeconds * MS);
    const ofItem = await this.recovery.webhooksAbout(installation, [id], since);
    const ids = [...comments.flatMap((comment) => idOf(comment) ?? []), ...commentIdsIn(ofItem)];
    if (ids.length === 0) return ofItem;
    return this.recovery.webhooksAbout(installation, [id, ...new Set(ids)], since);
  }
}

function saysWhyItIsGone({ action, activity }: ShownChange): boolean {
  const field = textOf(fieldOf(activity, 'field'));
  return (action === 'deleted' && field === undefined) || field === 'archived_at';
}

function commentIdsIn({ webhooks }: KnownWebhooks, isWanted: (event: PlaneEvent) => boolean = () => true): string[] {
  return webhooks.flatMap(({ event }) => (event.comment && isWanted(event) ? [event.comment.id] : []));
}

/** Comments that webhooks announced and that are gone, unless a webhook announced that too. */
function deletedCommentIds(about: KnownWebhooks, comments: readonly PlaneRecord[]): string[] {
  const ofItems = (event: PlaneEvent): boolean => familyOfName(event.name) === 'workitem.comment';
  const gone = new Set(commentIdsIn(about, (event) => ofItems(event) && event.action === 'deleted'));
  const present = new Set(comments.map((comment) => idOf(comment)));
  const known = new Set(commentIdsIn(about, ofItems));
  return [...known].filter((id) => id !== '' && !present.has(id) && !gone.has(id));
}

/** Whether a webhook about the work item has the time of its last change. */
function isAnnounced({ webhooks }: KnownWebhooks, changedMs: number): boolean {
  const times = webhooks.flatMap(({ event }) => [changedAtMs(event), event.receivedAt.getTime()]);
  return times.some((time) => Math.abs(time - changedMs) <= SAME_CHANGE_MS);
}

/** Whether every version of Plane announces such a change, made by a person in the app. */
function shouldBeAnnounced({ action, actor, changes }: PlaneEvent, botUserId: string): boolean {
  if (action === 'deleted' || actor === undefined || actor.id === botUserId) return false;
  return !Object.keys(changes).some((field) => NOT_ALWAYS_ANNOUNCED.has(field));
}

function mentionsBot({ comment, action }: PlaneEvent, botUserId: string): boolean {
  return action === 'created' && comment?.html?.includes(`entity_identifier="${botUserId}"`) === true;
}

function unknownRun({ comment, workItem }: PlaneEvent): FoundGap {
  return {
    key: `agent_run of comment ${comment?.id}`,
    kind: 'agent_run',
    projectId: workItem?.projectId ?? null,
    entityId: comment?.id ?? null,
    detail: 'the comment mentions the app, and Plane has no list of agent runs: the run cannot be found',
    changedAt: null,
  };
}

function unexplained({ id, projectId, changedAt }: PendingItem): FoundGap {
  return {
    key: `${UNEXPLAINED} ${id} ${changedAt.toISOString()}`,
    kind: 'workitem',
    projectId,
    entityId: id,
    detail:
      'the work item changed, but neither its activities nor its comments show how: a reaction, a vote, a deleted comment or another change without a history',
    changedAt,
  };
}

function vanishedWithoutTrace({ id, projectId, changedAt }: PendingItem): FoundGap {
  return {
    key: `workitem ${id} vanished`,
    kind: 'workitem',
    projectId,
    entityId: id,
    detail: 'the work item is in no list any more, and its activities do not show whether it was deleted or archived',
    changedAt,
  };
}
