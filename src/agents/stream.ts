/** A preview of a long text shows its end. */
const PREVIEW_LENGTH = 600;
const PREVIEW_MS = 3000;

/**
 * Joins the chunks of a text, and shows it now and then while it comes in.
 *
 * @throws what the iterable throws; the signal's reason where it is aborted
 */
export async function streamed(
  chunks: AsyncIterable<string>,
  signal: AbortSignal,
  show: (soFar: string) => Promise<void>,
  now = (): number => performance.now(),
): Promise<string> {
  let [text, shownAt] = ['', now()];
  for await (const chunk of abortable(chunks, signal)) {
    text += chunk;
    if (now() - shownAt < PREVIEW_MS || text.trim() === '') continue;
    await show(previewOf(text));
    shownAt = now();
  }
  return text;
}

function previewOf(text: string): string {
  return text.length <= PREVIEW_LENGTH ? text : `…${text.slice(-PREVIEW_LENGTH)}`;
}

/** Ends at once when the signal is aborted, although the iterable may wait for its next value. */
async function* abortable(chunks: AsyncIterable<string>, signal: AbortSignal): AsyncGenerator<string> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = (): void => reject(signal.reason as Error);
  signal.addEventListener('abort', abort, { once: true });
  aborted.catch(() => undefined);
  const iterator = chunks[Symbol.asyncIterator]();
  try {
    signal.throwIfAborted();
    for (;;) {
      const { done, value } = await Promise.race([iterator.next(), aborted]);
      if (done === true) return;
      yield value;
    }
  } finally {
    signal.removeEventListener('abort', abort);
    void iterator.return?.()?.catch(() => undefined);
  }
}
