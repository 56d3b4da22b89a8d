import { describe, expect, it } from '@jest/globals';
import { type EventNameOf } from './event-pattern.js';
import { type EventName } from './event-table.js';
import { type WorkItemView } from './entity-view.types.js';
import { type PlaneEvent } from './plane-event.js';

type Same<A, B> = [A, B] extends [B, A] ? true : false;
const same = <A, B>(answer: Same<A, B>) => answer;

/** These tests are checked by the compiler; running them checks only that they exist. */
describe('EventNameOf', () => {
  it('gives the names that a pattern matches', () => {
    expect([
      same<EventNameOf<'issue.created'>, 'workitem.created'>(true),
      same<EventNameOf<'issue_comment.*'>, EventNameOf<'workitem.comment.*'>>(true),
      same<EventNameOf<'workitem.vote.*'>, 'workitem.vote.created' | 'workitem.vote.deleted'>(true),
      same<EventNameOf<'*.comment.created'>, 'page.comment.created' | 'workitem.comment.created'>(true),
      same<EventNameOf<'issue.**'>, Extract<EventName, `workitem.${string}`>>(true),
      same<EventNameOf<'agent_run.**'>, 'agent_run.created' | 'agent_run.prompted'>(true),
      same<EventNameOf<'**'>, EventName>(true),
    ]).not.toContain(false);
  });

  it('rejects what is not a pattern', () => {
    const readings = [
      // @ts-expect-error no such family
      (event: PlaneEvent<'workitems.*'>): unknown => event,
      // @ts-expect-error no such action
      (event: PlaneEvent<'workitem.create'>): unknown => event,
    ];
    expect(readings).toHaveLength(2);
  });
});

describe('PlaneEvent', () => {
  it('has the views that its name promises', () => {
    const readings = [
      (event: PlaneEvent<'workitem.comment.created'>): string => event.workItem.id + event.comment.text,
      (event: PlaneEvent<'issue_comment.created'>): string => event.workItem.id + event.comment.text,
      (event: PlaneEvent<'workitem.*'>): WorkItemView => event.workItem,
      (event: PlaneEvent<'workitem.link.*'>): WorkItemView => event.workItem,
      (event: PlaneEvent<'workitem.comment.*'>): string => event.comment.id,
      (event: PlaneEvent<'agent_run.*'>): string => event.agentRun.status,
      (event: PlaneEvent<'agent_run.prompted'>): string => event.prompt.text + event.prompt.signal,
      (event: PlaneEvent<'workitem.created'>): 'created' => event.action,
    ];
    expect(readings).toHaveLength(8);
  });

  it('has other views optionally or not at all', () => {
    const readings = [
      // @ts-expect-error v1 has no work item for a deleted comment
      (event: PlaneEvent<'workitem.comment.deleted'>): WorkItemView => event.workItem,
      // @ts-expect-error an agent's run may have none
      (event: PlaneEvent<'agent_run.created'>): WorkItemView => event.workItem,
      // @ts-expect-error only a prompted run has a prompt
      (event: PlaneEvent<'agent_run.*'>): string => event.prompt.text,
      // @ts-expect-error a project is no work item
      (event: PlaneEvent<'project.created'>): string => event.workItem.id,
      (event: PlaneEvent<'project.created'>): undefined => event.workItem,
      (event: PlaneEvent): WorkItemView | undefined => event.workItem,
      (event: PlaneEvent<'agent_run.created'>): WorkItemView | undefined => event.workItem,
    ];
    expect(readings).toHaveLength(7);
  });

  it('is narrowed by its name', () => {
    const reading = (event: PlaneEvent): string => {
      if (event.name === 'workitem.created') return event.workItem.id;
      if (event.name === 'agent_run.prompted') return event.prompt.signal;
      return (event.name as string) === 'workitem.exploded' ? event.id : event.name;
    };
    expect(reading).toBeDefined();
  });

  it('has the changes of a work item by name and by id, and lists as lists', () => {
    type Updated = PlaneEvent<'workitem.updated'>;
    const readings = [
      (event: Updated): string | null | undefined => event.changes.state_id?.new,
      (event: Updated): string | null | undefined => event.changes.parent?.old,
      (event: Updated): readonly string[] | null | undefined => event.changes.assignee_ids?.old,
      (event: Updated): boolean => event.changes.labels?.new?.includes('bug') ?? false,
      (event: Updated): string | null | undefined => event.changes.cycles?.new ?? event.changes.cycle_id?.new,
      (event: PlaneEvent<'workitem.comment.created'>): string[] => (event.comment.mentions ?? []).map(({ id }) => id),
      // @ts-expect-error ids are a list
      (event: Updated): string | null | undefined => event.changes.assignee_ids?.new,
      // @ts-expect-error a view by name may be absent
      (event: Updated): string => event.changes.state.new,
    ];
    expect(readings).toHaveLength(8);
  });

  it('is assignable to a wider event', () => {
    const wider = (event: PlaneEvent<'workitem.created'>): PlaneEvent<'workitem.**'> => event;
    const widest = (event: PlaneEvent<'issue.*'>): PlaneEvent => event;
    expect([wider, widest]).toHaveLength(2);
  });
});
