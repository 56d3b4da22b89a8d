import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { type Installation } from '../installations/installation.js';
import { RecoveryService } from '../webhooks/deliveries/recovery.service.js';
import { idOf } from '../webhooks/events/payload-fields.js';
import { type PlaneRecord } from '../webhooks/events/plane-event.js';
import { CatchUpListsRepository, type UnlistedItem } from './catch-up-lists.repository.js';
import { type FoundGap, CatchUpRunsRepository } from './catch-up-runs.repository.js';
import { type CatchUpRun } from './catch-up-run.js';
import { CatchUpStatesRepository } from './catch-up-states.repository.js';
import { CatchUpTiming } from './catch-up-timing.js';
import { type CatchUpStep, spanOf } from './catch-up-step.js';
import { payloadOf, type ShownChange } from './item-changes.js';
import {
  archivedEntity,
  deletedEntity,
  type ListDifference,
  listDifference,
  type ListedKind,
  rememberedOf,
} from './list-changes.js';
import { type ProjectList, timeIn } from './plane-reads.js';

/** Of a project with more work items the ids are not remembered. */
const MAX_IDS = 100_000;
const MS = 1000;
const LISTS: readonly (readonly [list: ProjectList, kind: ListedKind])[] = [
  ['cycles', 'cycle'],
  ['modules', 'module'],
];

/** Reads the lists of a workspace: projects, and of each its work items, cycles and modules. */
@Injectable()
export class ListReaderService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly recovery: RecoveryService,
    private readonly runs: CatchUpRunsRepository,
    private readonly lists: CatchUpListsRepository,
    private readonly states: CatchUpStatesRepository,
    private readonly timing: CatchUpTiming,
  ) {}

  /** Reads the projects, and stores what changed of them. */
  async readProjects(step: CatchUpStep): Promise<void> {
    const { run, reads } = step;
    const projects = await reads.projects();
    const before = await this.lists.list(run.installationId, '', 'project');
    const difference = listDifference('project', before, projects, spanOf(run));
    const gone = difference.vanished.map((id) => deletedEntity('project', id, id, run.until.getTime()));
    const ids = projects.flatMap((project) => idOf(project) ?? []);
    await this.store(
      step,
      'project',
      '',
      { ...difference, changes: [...difference.changes, ...gone] },
      async (transaction) => {
        await this.lists.saveList(transaction, run.installationId, '', 'project', rememberedOf('project', projects));
        for (const id of difference.vanished) await this.lists.deleteLists(transaction, run.installationId, id);
        await this.runs.setProgress(transaction, run.id, { projects: ids });
      },
    );
  }

  /** Reads what is listed of one project, and adds its changed and vanished work items to those that the run reads. */
  async readProject(step: CatchUpStep, projectId: string, later: readonly string[]): Promise<void> {
    const { run, reads } = step;
    const sinceMs = run.since.getTime() - this.timing.lagSeconds * MS;
    const changed = await reads.changedItems(projectId, sinceMs);
    if (!changed) return this.skipProject(step, projectId, later);
    const { ids, vanished, listedAt } = await this.vanishedOf(step, projectId, changed.items, changed.total);
    for (const [list, kind] of LISTS) await this.readList(step, projectId, list, kind);
    await this.dataSource.transaction(async (transaction) => {
      await this.lists.addChanged(transaction, run.id, projectId, changed.items);
      const from = new Date(Math.min(listedAt.getTime(), run.since.getTime()));
      await this.lists.addVanished(transaction, run.id, projectId, vanished, from);
      if (ids.length <= MAX_IDS) await this.lists.saveIds(transaction, run.installationId, projectId, ids);
      else await this.runs.addGaps(transaction, run, [tooManyItems(projectId)]);
      await this.runs.setProgress(transaction, run.id, { projects: later });
      await this.runs.count(transaction, run.id, { calls: step.takeCalls() });
    });
  }

  /** Without access nothing of the project is known. */
  private async skipProject(
    { run, takeCalls }: CatchUpStep,
    projectId: string,
    later: readonly string[],
  ): Promise<void> {
    await this.dataSource.transaction(async (transaction) => {
      const detail = 'Plane denies the app access to the project: its changes cannot be read';
      const gap = { kind: 'project', projectId, entityId: projectId, detail, changedAt: null };
      await this.runs.addGaps(transaction, run, [
        { ...gap, key: `project ${projectId} access ${run.since.toISOString()}` },
      ]);
      await this.runs.setProgress(transaction, run.id, { projects: later });
      await this.runs.count(transaction, run.id, { calls: takeCalls() });
    });
  }

  /**
   * Adds what was created since the lists were last read and is in none now: its deletion may have had no webhook. Follows the
   * last project.
   */
  async readAnnounced({ run, installation }: CatchUpStep): Promise<void> {
    const { listsAt } = (await this.states.find(run.installationId)) ?? {};
    const unlisted = listsAt ? await this.unlistedSince(this.longBefore(listsAt), run, installation) : [];
    await this.dataSource.transaction(async (transaction) => {
      for (const item of unlisted) await this.lists.addUnlisted(transaction, run.id, item);
      await this.runs.setProgress(transaction, run.id, { projects: [], isAnnouncedRead: true });
    });
  }

  private async unlistedSince(since: Date, run: CatchUpRun, installation: Installation): Promise<UnlistedItem[]> {
    const { created, deleted } = await this.announcedSince(since, installation);
    const open = [...created].filter((id) => !deleted.has(id));
    const unlisted = await this.lists.unlisted(run.installationId, open);
    const { webhooks } = await this.recovery.webhooksAbout(installation, unlisted, since);
    const read = await this.lists.projectsReadSince(run.installationId, run.createdAt);
    return webhooks.flatMap(({ event: { name, workItem, receivedAt: createdAt } }) => {
      const projectId = name === 'workitem.created' ? workItem?.projectId : undefined;
      return workItem && projectId !== undefined && read.has(projectId)
        ? [{ id: workItem.id, projectId, createdAt }]
        : [];
    });
  }

  /** The ids of the work items that were created and deleted. */
  private async announcedSince(
    since: Date,
    installation: Installation,
  ): Promise<{ readonly created: ReadonlySet<string>; readonly deleted: ReadonlySet<string> }> {
    const created = await this.recovery.workItemsOf(installation, ['workitem.created'], since);
    const deleted = await this.recovery.workItemsOf(installation, ['workitem.deleted'], since);
    return { created, deleted };
  }

  /** A webhook may be received some time before its work item is in a list. */
  private longBefore(time: Date): Date {
    return new Date(time.getTime() - this.timing.lagSeconds * MS);
  }

  /**
   * The ids of the project's work items now, and those that were remembered and are there no more. The list is read only
   * where the number of work items is not what it would be without a deletion, or some were created in the workspace since.
   */
  private async vanishedOf(
    { run, reads, installation }: CatchUpStep,
    projectId: string,
    changed: readonly PlaneRecord[],
    total: number | undefined,
  ): Promise<{ ids: readonly string[]; vanished: readonly string[]; listedAt: Date }> {
    const before = await this.lists.ids(run.installationId, projectId);
    const seen = changed.flatMap((item) => idOf(item) ?? []);
    if (!before) return { ids: await reads.itemIds(projectId), vanished: [], listedAt: run.since };
    const { created, deleted } = await this.announcedSince(this.longBefore(before.readAt), installation);
    const expected = new Set([...before.ids.filter((id) => !deleted.has(id)), ...seen]);
    const isComplete = [...created].every((id) => expected.has(id) || deleted.has(id));
    if (isComplete && total === expected.size) return { ids: [...expected], vanished: [], listedAt: before.readAt };
    const ids = await reads.itemIds(projectId);
    const present = new Set([...ids, ...seen]);
    return { ids, vanished: [...expected].filter((id) => !present.has(id)), listedAt: before.readAt };
  }

  private async readList(step: CatchUpStep, projectId: string, list: ProjectList, kind: ListedKind): Promise<void> {
    const { run, reads } = step;
    const entities = await reads.list(projectId, list);
    if (!entities) return;
    const before = await this.lists.list(run.installationId, projectId, kind);
    const difference = listDifference(kind, before, entities, spanOf(run));
    const gone = await this.goneOf(step, projectId, list, kind, difference.vanished, before?.readAt ?? run.since);
    const changes = [...difference.changes, ...gone];
    await this.store(step, kind, projectId, { ...difference, changes }, async (transaction) => {
      await this.lists.saveList(transaction, run.installationId, projectId, kind, rememberedOf(kind, entities));
    });
  }

  /** What vanished from the list is in the archive, or deleted. */
  private async goneOf(
    { run, reads }: CatchUpStep,
    projectId: string,
    list: ProjectList,
    kind: ListedKind,
    vanished: readonly string[],
    listedAt: Date,
  ): Promise<ShownChange[]> {
    if (vanished.length === 0) return [];
    const between = [listedAt.getTime(), run.until.getTime()] as const;
    const archive = new Map((await reads.archived(projectId, list)).map((entity) => [idOf(entity), entity]));
    return vanished.map((id) => {
      const archived = archive.get(id);
      return archived ? archivedEntity(kind, archived, between) : deletedEntity(kind, id, projectId, between[1]);
    });
  }

  private async store(
    { run, installation, takeCalls }: CatchUpStep,
    kind: ListedKind,
    projectId: string,
    { changes, unknown }: ListDifference,
    onStored: (transaction: EntityManager) => Promise<void>,
  ): Promise<void> {
    const ids = [...new Set(changes.map(({ data }) => idOf(data) ?? ''))];
    const since = Math.min(run.since.getTime(), ...changes.map(({ fromMs, atMs }) => fromMs ?? atMs));
    const about = await this.recovery.webhooksAbout(installation, ids, new Date(since - this.timing.lagSeconds * MS));
    const payloads = changes
      .toSorted((a, b) => a.atMs - b.atMs)
      .map((change) => payloadOf(installation.workspaceId, run.id, change));
    await this.recovery.store(installation, payloads, about, async (transaction, { events, known }) => {
      await this.runs.addGaps(
        transaction,
        run,
        unknown.map((entity) => unknownChange(kind, projectId, entity)),
      );
      await this.runs.count(transaction, run.id, { recovered: events.length, known, calls: takeCalls() });
      await onStored(transaction);
    });
  }
}

function tooManyItems(projectId: string): FoundGap {
  return {
    key: `project ${projectId} size`,
    kind: 'project',
    projectId,
    entityId: projectId,
    detail: `the project has more than ${MAX_IDS} work items: deletions of work items in it are not noticed`,
    changedAt: null,
  };
}

function unknownChange(kind: ListedKind, projectId: string, entity: PlaneRecord): FoundGap {
  const id = idOf(entity) ?? '';
  const changedMs = timeIn(entity, 'updated_at') ?? 0;
  return {
    key: `${kind} ${id} ${changedMs}`,
    kind,
    projectId: kind === 'project' ? id : projectId,
    entityId: id,
    detail: `the ${kind} changed, and what it was before is not known: Plane shows no history of a ${kind}`,
    changedAt: new Date(changedMs),
  };
}
