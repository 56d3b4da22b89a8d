import { type RecordKind } from '../actions/record.actions.js';
import { type Fields } from '../world/record.types.js';
import { badInput } from '../world/world.error.js';

/** A list of records with Plane's five routes. */
export interface Collection extends RecordKind {
  /** Where it is: `:slug`, `:project` and `:item` in it, other parameters are named like the kind that they select. */
  readonly paths: readonly string[];
  /** Fields that a POST must have. */
  readonly required?: readonly string[];
  /** Fields of a new one, where the POST has none. */
  readonly defaults: Fields;
  /** Its list is an array, not a page. */
  readonly unpaged?: boolean;
  /** The last part of the path of its archive: `archived-cycles/`. */
  readonly archive?: string;
}

const W = '/workspaces/:slug/';
const P = `${W}projects/:project/`;
/** The path of a work item. */
export const ITEM = `${P}work-items/:item/`;

const PROPERTY = {
  display_name: '',
  description: '',
  relation_type: null,
  settings: null,
  sort_order: 65_535,
  is_required: false,
  is_active: true,
  is_multi: false,
  default_value: [],
  validation_rules: {},
  issue_type: null,
};

/** Where a cycle's and a module's dates and states begin. */
const PERIOD = { description: '', start_date: null, sort_order: 65_535, archived_at: null, view_props: {} };

/** Everything that is a plain list. Source of the fields: `models` of Plane's SDK. */
export const COLLECTIONS: readonly Collection[] = [
  {
    kind: 'state',
    paths: [`${P}states/`],
    required: ['name', 'color'],
    unique: 'name',
    defaults: { description: '', group: 'backlog', sequence: 65_535, default: false, is_triage: false },
    onDelete(world, { id, fields }) {
      if (fields.default === true) throw badInput('Default state cannot be deleted');
      if ([...world.workItems.values()].some(({ stateId }) => stateId === id))
        throw badInput('The state is not empty, only empty states can be deleted');
    },
  },
  {
    kind: 'label',
    paths: [`${P}labels/`],
    required: ['name'],
    unique: 'name',
    defaults: { description: '', color: '', sort_order: 65_535, parent: null },
    onDelete(world, { id }) {
      for (const item of world.workItems.values()) item.labelIds = item.labelIds.filter((label) => label !== id);
    },
  },
  {
    kind: 'cycle',
    family: 'cycle',
    paths: [`${P}cycles/`],
    required: ['name'],
    defaults: { ...PERIOD, end_date: null, owned_by: null, timezone: 'UTC', version: 1, progress_snapshot: {} },
    archive: 'archived-cycles/',
  },
  {
    kind: 'module',
    family: 'module',
    paths: [`${P}modules/`],
    required: ['name'],
    unique: 'name',
    defaults: { ...PERIOD, target_date: null, status: 'backlog', lead: null, members: [] },
    archive: 'archived-modules/',
  },
  {
    kind: 'milestone',
    family: 'milestone',
    paths: [`${P}milestones/`],
    required: ['title'],
    defaults: { target_date: null },
  },
  {
    kind: 'page',
    family: 'page',
    paths: [`${P}pages/`, `${W}pages/`],
    required: ['name'],
    defaults: { description_html: '<p></p>', access: 0, color: '', is_locked: false, archived_at: null },
  },
  {
    kind: 'type',
    unpaged: true,
    paths: [`${P}work-item-types/`],
    required: ['name'],
    unique: 'name',
    defaults: { description: '', logo_props: {}, is_epic: false, is_default: false, is_active: true, level: 0 },
  },
  {
    kind: 'property',
    unpaged: true,
    paths: [`${P}work-item-types/:type/work-item-properties/`, `${P}work-item-properties/`],
    required: ['display_name', 'property_type'],
    defaults: PROPERTY,
  },
  {
    kind: 'option',
    unpaged: true,
    paths: [`${P}work-item-properties/:property/options/`],
    required: ['name'],
    defaults: { description: '', is_active: true, is_default: false, sort_order: 65_535, parent: null, logo_props: {} },
  },
  {
    kind: 'link',
    family: 'workitem.link',
    paths: [`${ITEM}links/`],
    required: ['url'],
    defaults: { title: '', metadata: {} },
  },
  {
    kind: 'worklog',
    unpaged: true,
    paths: [`${ITEM}worklogs/`],
    required: ['duration'],
    defaults: { description: '' },
  },
  { kind: 'customer', paths: [`${W}customers/`], required: ['name'], unique: 'name', defaults: { email: null } },
  { kind: 'teamspace', paths: [`${W}teamspaces/`], required: ['name'], defaults: { description_html: '<p></p>' } },
  { kind: 'initiative', paths: [`${W}initiatives/`], required: ['name'], defaults: { description_html: '<p></p>' } },
  { kind: 'sticky', paths: [`${W}stickies/`], defaults: { name: '', description_html: '<p></p>' } },
];
