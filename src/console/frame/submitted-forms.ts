import { LRUCache } from 'lru-cache';

const MAX_FORMS = 2000;
const REMEMBERED_MS = 10 * 60 * 1000;

/** Forms that were sent, each by the mark that its page put into it. */
export class SubmittedForms<T> {
  private readonly results = new LRUCache<string, Promise<T>>({ max: MAX_FORMS, ttl: REMEMBERED_MS });

  /** Does it, or resolves with what came of it before. What failed may be sent again. */
  async once(key: string, act: () => Promise<T>): Promise<T> {
    const known = this.results.get(key);
    if (known) return known;
    const result = act();
    this.results.set(key, result);
    result.catch(() => this.results.delete(key));
    return result;
  }
}
