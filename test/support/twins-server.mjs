// A server whose handlers, one with an order and one without, write down the work item and the changes of each event: the
// lengths of lists before and after, and the fields by name whose name before and after is known.
import { handler, record, serveWith } from './handler-server.mjs';

const NAMED = new Set(['state', 'parent', 'estimate_categories']);

const note = (kind, { workItem, changes }) => {
  const ids = Object.entries(changes).filter(([field]) => field.endsWith('_ids'));
  const lists = ids.map(([, { old, new: now }]) => `${old.length}-${now.length}`);
  const named = Object.keys(changes).filter(
    (field) => NAMED.has(field) && 'old' in changes[field] && 'new' in changes[field],
  );
  record('start', { id: [kind, workItem.id, ...lists, ...named].join(':') });
};

class Unordered {
  run(event) {
    note('unordered', event);
  }
}

class Ordered {
  run(event) {
    note('ordered', event);
  }
}

await serveWith(handler(Unordered, 'workitem.updated'), handler(Ordered, 'workitem.updated', { order: 'entity' }));
