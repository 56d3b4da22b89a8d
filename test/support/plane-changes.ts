import { SAMPLE } from '../../simulator/world/seed.js';
import { SimulatorControl } from './simulator-control.js';

const PROJECT = `projects/${SAMPLE.projectId}/`;
const STATES = [SAMPLE.startedStateId, SAMPLE.todoStateId];
const PRIORITIES = ['urgent', 'high', 'medium', 'low'];

type Body = Record<string, unknown>;

/** Changes of every kind in the simulator's first project, by its API. */
export class PlaneChanges {
  readonly items: string[] = [];
  readonly comments: { readonly item: string; readonly id: string }[] = [];
  private cycle = '';
  private module = '';

  constructor(
    private readonly url: string,
    private readonly apiKey: string,
  ) {}

  /** What there is before: work items, each with a comment, a cycle and a module. */
  async prepare(count: number): Promise<void> {
    for (let index = 0; index < count; index += 1) await this.createItem(`before ${index}`);
    for (const item of this.items) await this.comment(item, 'before');
    this.cycle = String((await this.call('POST', `${PROJECT}cycles/`, { name: 'before' }))['id']);
    this.module = String((await this.call('POST', `${PROJECT}modules/`, { name: 'before' }))['id']);
  }

  /** Makes so many changes, spread over the minutes before now. */
  async make(count: number, fromMinutes: number, toMinutes: number): Promise<void> {
    const plane = new SimulatorControl(this.url);
    for (let index = 0; index < count; index += 1) {
      const minutes = fromMinutes + ((toMinutes - fromMinutes) * index) / count;
      await plane.post('/settings', { changeOffsetSeconds: minutes * 60 });
      await this.change(index);
    }
    await plane.post('/settings', { changeOffsetSeconds: 0 });
  }

  /** The ids of the events of a work item's activities and comments that Plane shows, made when it is wanted. */
  async shownOf(item: string, isWanted: (createdMs: number) => boolean): Promise<string[]> {
    const path = `${PROJECT}work-items/${item}/`;
    type Listed = { results: { id: string; created_at: string }[] };
    const ids = async (list: string, prefix: string): Promise<string[]> => {
      const { results } = (await this.call('GET', path + list).catch(() => ({ results: [] }))) as Listed;
      return results.filter(({ created_at }) => isWanted(Date.parse(created_at))).map(({ id }) => prefix + id);
    };
    return [...(await ids('activities/', 'activity:')), ...(await ids('comments/', 'comment:'))];
  }

  async call(method: string, path: string, body?: object): Promise<Body> {
    const response = await fetch(`${this.url}/api/v1/workspaces/sandbox/${path}`, {
      method,
      headers: { 'content-type': 'application/json', 'x-api-key': this.apiKey },
      ...(body && { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return response.status === 204 ? {} : ((await response.json()) as Body);
  }

  /** The kinds take turns, and the work items at another pace. */
  private async change(index: number): Promise<unknown> {
    const item = this.items[index % this.items.length] ?? '';
    const path = `${PROJECT}work-items/${item}/`;
    const round = Math.floor(index / KINDS);
    const kinds: readonly (() => Promise<unknown>)[] = [
      () =>
        this.call('PATCH', path, { priority: PRIORITIES[round % PRIORITIES.length] ?? 'low', name: `name ${index}` }),
      () => this.call('PATCH', path, { state: STATES[round % STATES.length] }),
      () => this.comment(item, `comment ${index}`),
      () => this.call('PATCH', path, { target_date: `2027-01-${String((round % 28) + 1).padStart(2, '0')}` }),
      () => this.call('PATCH', path, { assignees: round % 2 === 0 ? [SAMPLE.adminId] : [] }),
      () => this.editComment(index),
      () => this.call('PATCH', path, { description_html: `<p>description ${index}</p>` }),
      () => this.createItem(`item ${index}`),
      () => this.call('POST', `${path}links/`, { url: `https://example.com/${index}` }),
      () => this.call('PATCH', path, { labels: round % 2 === 0 ? [SAMPLE.bugLabelId] : [] }),
      () => this.deleteItem(),
      () => this.deleteComment(),
      () => this.call('POST', `${PROJECT}cycles/${this.cycle}/cycle-issues/`, { issues: [item] }),
      () => this.call('POST', `${PROJECT}modules/`, { name: `module ${index}` }),
      () => this.call('PATCH', `${PROJECT}modules/${this.module}/`, { status: round % 2 === 0 ? 'planned' : 'paused' }),
    ];
    return kinds[index % kinds.length]?.();
  }

  private async createItem(name: string): Promise<void> {
    this.items.push(String((await this.call('POST', `${PROJECT}work-items/`, { name }))['id']));
  }

  private async comment(item: string, text: string): Promise<void> {
    const body = { comment_html: `<p>${text}</p>` };
    const { id } = await this.call('POST', `${PROJECT}work-items/${item}/comments/`, body);
    this.comments.push({ item, id: String(id) });
  }

  private async editComment(index: number): Promise<void> {
    const comment = this.comments.at(-1);
    if (!comment) return;
    const body = { comment_html: `<p>edited ${index}</p>` };
    await this.call('PATCH', `${PROJECT}work-items/${comment.item}/comments/${comment.id}/`, body);
  }

  /** The oldest: it was there before. */
  private async deleteItem(): Promise<void> {
    const item = this.items.shift() ?? '';
    await this.call('DELETE', `${PROJECT}work-items/${item}/`);
    for (const comment of this.comments.filter((each) => each.item === item))
      this.comments.splice(this.comments.indexOf(comment), 1);
  }

  private async deleteComment(): Promise<void> {
    const comment = this.comments.shift();
    if (comment) await this.call('DELETE', `${PROJECT}work-items/${comment.item}/comments/${comment.id}/`);
  }
}

const KINDS = 15;
