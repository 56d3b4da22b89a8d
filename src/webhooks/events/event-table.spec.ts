import { describe, expect, it } from '@jest/globals';
import { canonicalEventName, EVENT_ALIASES, EVENT_NAMES, familyOfName, viewsOfFamily } from './event-table.js';

/** Plane's own list, as its documentation writes it: a copy that does not depend on the table. */
const DOCUMENTED = `
  project.{created,updated,archived,deleted} cycle.{created,updated,archived,deleted}
  module.{created,updated,archived,deleted} milestone.{created,updated,deleted}
  page.{created,updated,archived,deleted} page.comment.{created,updated,deleted}
  workitem.{created,updated,archived,deleted} workitem.comment.{created,updated,deleted}
  workitem.link.{created,updated,deleted} workitem.vote.{created,deleted}
  workitem.attachment.{created,updated,deleted} workitem.relation.{created,deleted}
  workitem.dependency.{created,deleted} workitem.page_link.{created,deleted}
  agent_run.{created,prompted}
  cycle_issue.{created,updated,deleted} module_issue.{created,updated,deleted}
  user.{created,updated,deleted} intake_issue.{created,updated,deleted}`
  .trim()
  .split(/\s+/)
  .flatMap((line) => {
    const [, family, actions = ''] = /^(.+)\.\{(.+)\}$/.exec(line) ?? [];
    return actions.split(',').map((action) => `${family}.${action}`);
  });

describe('the event table', () => {
  it('has every documented name and no other', () => {
    expect([...EVENT_NAMES].sort()).toEqual(DOCUMENTED.sort());
  });

  it('has v1 spellings for names that differ in v1', () => {
    expect(EVENT_ALIASES).toEqual([
      'issue.created',
      'issue.updated',
      'issue.archived',
      'issue.deleted',
      'issue_comment.created',
      'issue_comment.updated',
      'issue_comment.deleted',
    ]);
  });
});

describe('canonicalEventName', () => {
  it.each([
    ['workitem.updated', 'workitem.updated'],
    ['agent_run.prompted', 'agent_run.prompted'],
    ['issue.created', 'workitem.created'],
    ['issue_comment.updated', 'workitem.comment.updated'],
    ['issue.delete', 'workitem.deleted'],
    ['issue_comment.create', 'workitem.comment.created'],
    ['project.update', 'project.updated'],
    ['cycle_issue.created', 'cycle_issue.created'],
    ['intake_issue.update', 'intake_issue.updated'],
    ['WebhookScope.ScopeChoices.WORK_ITEM_UPDATED', 'workitem.updated'],
    ['WebhookScope.ScopeChoices.WORK_ITEM_COMMENT_CREATED', 'workitem.comment.created'],
    ['WebhookScope.ScopeChoices.WORK_ITEM_PAGE_LINK_DELETED', 'workitem.page_link.deleted'],
    ['ScopeChoices.PAGE_COMMENT_UPDATED', 'page.comment.updated'],
    ['WORKITEM_ARCHIVED', 'workitem.archived'],
    ['ISSUE_COMMENT_CREATED', 'workitem.comment.created'],
  ])('knows %s', (text, name) => {
    expect(canonicalEventName(text)).toBe(name);
  });

  it('knows the enum text of every v2 name', () => {
    const enumText = (name: string) =>
      `WebhookScope.ScopeChoices.${name.replace('workitem', 'work_item').replaceAll('.', '_').toUpperCase()}`;
    expect(EVENT_NAMES.map((name) => canonicalEventName(enumText(name)))).toEqual(EVENT_NAMES);
  });

  it.each([
    '',
    'workitem',
    'workitem.create',
    'workitem.exploded',
    'workitem.*',
    'WorkItem.Created',
    'WebhookScope.ScopeChoices.',
    'WORK_ITEM_EXPLODED',
    'constructor.created',
    '__proto__',
    'toString',
  ])('does not know %p', (text) => {
    expect(canonicalEventName(text)).toBeUndefined();
  });
});

describe('families', () => {
  it.each([
    ['workitem.comment.created', 'workitem.comment'],
    ['issue.exploded', 'workitem'],
    ['nodots', ''],
  ])('of %s is %p', (name, family) => {
    expect(familyOfName(name)).toBe(family);
  });

  it.each([
    ['workitem.link', ['workItem', 'link']],
    ['workitem.reaction', ['workItem']],
    ['cycle', ['cycle']],
    ['constructor', []],
  ])('%s has the views %j', (family, views) => {
    expect(viewsOfFamily(family)).toEqual(views);
  });
});
