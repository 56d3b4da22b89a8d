// A server whose handlers, one with an order and one without, write down the work item and the changes of each event.
import { handler, record, serveWith } from './handler-server.mjs';

const note = (kind, { workItem, changes }) => {
  const ids = Object.entries(changes).filter(([field]) => field.endsWith('_ids'));
  const lists = ids.map(([, { old, new: now }]) => `${old.length}-${now.length}`);
  record('start', { id: [kind, workItem.id, ...lists].join(':') });
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
