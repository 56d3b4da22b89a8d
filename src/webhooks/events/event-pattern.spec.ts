import { describe, expect, it } from '@jest/globals';
import { compileEventPattern } from './event-pattern.js';
import { EVENT_NAMES } from './event-table.js';
import { nearestEvents, UnknownEventError, unknownEventMessage } from './unknown-event.error.js';

describe('compileEventPattern', () => {
  it.each([
    ['workitem.created', ['workitem.created']],
    ['issue.created', ['workitem.created']],
    ['issue_comment.delete', ['workitem.comment.deleted']],
    ['WebhookScope.ScopeChoices.WORK_ITEM_UPDATED', ['workitem.updated']],
    ['workitem.*', ['workitem.created', 'workitem.updated', 'workitem.archived', 'workitem.deleted']],
    ['issue.*', ['workitem.created', 'workitem.updated', 'workitem.archived', 'workitem.deleted']],
    ['issue_comment.*', ['workitem.comment.created', 'workitem.comment.updated', 'workitem.comment.deleted']],
    ['workitem.vote.**', ['workitem.vote.created', 'workitem.vote.deleted']],
    ['*.comment.created', ['page.comment.created', 'workitem.comment.created']],
    ['agent_run.*', ['agent_run.created', 'agent_run.prompted']],
    ['*.archived', ['project.archived', 'cycle.archived', 'module.archived', 'page.archived', 'workitem.archived']],
  ])('%s matches %j', (pattern, names) => {
    expect(compileEventPattern(pattern).names).toEqual(names);
  });

  it('reads ** as every event', () => {
    expect(compileEventPattern('**').names).toEqual(EVENT_NAMES);
  });

  it('reads a deep wildcard as everything below, in either spelling', () => {
    const below = EVENT_NAMES.filter((name) => name.startsWith('workitem.'));
    expect(compileEventPattern('workitem.**').names).toEqual(below);
    expect(compileEventPattern('issue.**').names).toEqual(below);
    expect(compileEventPattern('workitem.*.**').names).toEqual(below.filter((name) => name.split('.').length > 2));
  });

  it.each([
    ['workitem.*', 'workitem.created', true],
    ['workitem.*', 'issue.created', true],
    ['workitem.*', 'workitem.comment.created', false],
    ['workitem.*', 'workitem', false],
    ['workitem.**', 'workitem.comment.created', true],
    ['workitem.**', 'workitem', false],
    ['workitem.**', 'workitems.created', false],
    ['workitem.**', 'workitem.reaction.added', true],
    ['workitem.*', 'issue.exploded', true],
    ['issue_comment.*', 'workitem.comment.created', true],
    ['issue.created', 'workitem.created', true],
    ['*.created', 'agent_run.created', true],
    ['*.created', 'workitem.comment.created', false],
    ['**', 'something.quite.unknown', true],
    ['**', '', true],
    ['project.*', 'something.quite.unknown', false],
  ])('%s on %p: %p', (pattern, name, expected) => {
    expect(compileEventPattern(pattern).matches(name)).toBe(expected);
  });

  it.each([
    '',
    '*',
    '.',
    'workitem',
    'workitem.',
    'workitem.create',
    'workitems.*',
    '**.created',
    'a.**',
    '__proto__.*',
  ])('rejects %p', (pattern) => {
    expect(() => compileEventPattern(pattern)).toThrow(new UnknownEventError(pattern));
  });
});

describe('unknownEventMessage', () => {
  it.each([
    ['workitem.create', 'workitem.created'],
    ['workitem.coment.created', 'workitem.comment.created'],
    ['isue.created', 'issue.created'],
    ['workitems.**', 'workitem.**'],
    ['Page.Updated', 'page.updated'],
  ])('on %s suggests %s first', (pattern, nearest) => {
    expect(nearestEvents(pattern)[0]).toBe(nearest);
    expect(unknownEventMessage(pattern)).toContain(`Did you mean '${nearest}'`);
  });

  it('explains names where none is similar', () => {
    expect(unknownEventMessage('x'.repeat(500))).toContain("such as 'workitem.created'");
  });
});
