// JavaScript, as all that a server of the bench reads: what takes the types out of TypeScript would add 12 MB to each.

/** The first message of a child. */
export const READY = 'ready';

/** Called in a child once it can be used: tells its parent, answers its questions, and ends when the parent does. */
export function serveParent(answers = {}) {
  process.on('SIGINT', () => undefined); // a terminal sends it to children too; the parent ends them
  process.on('disconnect', () => process.exit(0));
  process.on('message', ({ id, name, argument }) => {
    Promise.resolve()
      .then(() => answers[name]?.(argument))
      .then(
        (value) => process.send?.({ id, value }),
        (error) => process.send?.({ id, error: String(error.stack ?? error) }),
      );
  });
  process.send?.(READY);
}
