// Writes a comment in the simulator as a person would, and waits for the app's answer; installs the app first where that
// is asked for. For .ci/package: node scripts/comment-to-app.mjs APP-URL SIMULATOR-URL TEXT ANSWER [--install]
import { setTimeout as wait } from 'node:timers/promises';

const [app, simulator, text, answer, install] = process.argv.slice(2);
const TIMEOUT_MS = 60_000;
const POLL_MS = 200;

if (install === '--install') await installApp();
const before = (await comments()).filter((each) => each === answer).length;
await post(`${simulator}/_simulator/comments`, { text });
await until(async () => (await comments()).filter((each) => each === answer).length > before);
console.log(`${text}: ${answer}`);

/** The consent of an admin, with the cookie that binds it to their browser. */
async function installApp() {
  const begun = await fetch(`${app}/oauth/setup`, { redirect: 'manual' });
  const cookie = begun.headers
    .getSetCookie()
    .map((each) => each.split(';')[0])
    .join('; ');
  const page = new URL(begun.headers.get('location'));
  const form = new URLSearchParams(page.searchParams);
  form.set('decision', 'install');
  const decide = `${page.origin}/auth/o/authorize-app/decide`;
  const decided = await fetch(decide, { method: 'POST', body: form, redirect: 'manual' });
  const done = await fetch(decided.headers.get('location'), { headers: { cookie, accept: 'text/html' } });
  if (!done.ok) throw new Error(`the callback answers ${done.status}: ${await done.text()}`);
}

async function comments() {
  const state = await (await fetch(`${simulator}/_simulator/state`)).json();
  return state.comments.map((comment) => comment.text);
}

async function post(url, body) {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${url} answers ${response.status}: ${await response.text()}`);
}

async function until(condition) {
  for (const end = Date.now() + TIMEOUT_MS; !(await condition()); await wait(POLL_MS))
    if (Date.now() > end) throw new Error(`no comment "${answer}" within ${TIMEOUT_MS / 1000} s`);
}
