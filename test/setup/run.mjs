import { existsSync, mkdtempSync, chmodSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { spawn } from 'node:child_process';
import { canAccess, postgresUser } from '../../dist/src/database/embedded/postgres-user.js';
import { endProcess, endPostgres, isRunning, processesWith } from './processes.mjs';

const PREFIX = 'hangar-tests-';
/** Holds the pid of the run that the folder belongs to. */
const OWNER = 'owner';
const POSTMASTER = 'postmaster.pid';
const DEPTH = 5;

/**
 * Begins a run of tests once, and resolves with its folder. The folder is `TMPDIR` from now on, so everything temporary
 * of the tests lies in it, and its name is in the environment of every process that they start: by that both are found
 * when the run is over, however it ends. What earlier runs left that were killed together with their guard ends now.
 */
export async function openRun() {
  if (globalThis.hangarTestRun) return globalThis.hangarTestRun.folder;
  await endAbandonedRuns();
  const environment = { ...process.env };
  const folder = mkdtempSync(join(place(), PREFIX));
  chmodSync(folder, 0o755); // an embedded PostgreSQL of root's runs as another user
  writeFileSync(join(folder, OWNER), String(process.pid));
  process.env.TMPDIR = folder;
  process.env.HANGAR_TEST_RUN = basename(folder);
  globalThis.hangarTestRun = { folder, guard: startGuard(folder, environment) };
  return folder;
}

/** It is no part of the run: it has an environment without the run's name. */
function startGuard(folder, env) {
  const args = [join(import.meta.dirname, 'guard.mjs'), folder, String(process.pid)];
  const stdio = ['pipe', 'ignore', 'ignore'];
  const guard = spawn(process.execPath, args, { env, detached: true, stdio, cwd: '/' });
  guard.unref();
  guard.stdin.unref();
  return guard;
}

/** Where PostgreSQL's account can enter too: elsewhere its files would lie outside of the run's folder. */
function place() {
  return canAccess(postgresUser(), tmpdir()) ? tmpdir() : '/tmp';
}

async function endAbandonedRuns() {
  for (const name of readdirSync(place()).filter((entry) => entry.startsWith(PREFIX))) {
    const folder = join(place(), name);
    if (!isRunning(ownerOf(folder), 'jest')) await endRun(folder);
  }
}

/**
 * Ends every process of a run but this one and its owner, and deletes the folder.
 *
 * @returns the command lines of what had to be ended
 */
export async function endRun(folder) {
  const kept = new Set([process.pid, ownerOf(folder)]);
  const left = processesWith(`HANGAR_TEST_RUN=${basename(folder)}`).filter(({ pid }) => !kept.has(pid));
  for (const { pid } of left) endProcess(pid);
  for (const file of filesNamed(POSTMASTER, folder, DEPTH)) await endPostgres(file);
  remove(folder);
  return left.map(({ command }) => command);
}

function ownerOf(folder) {
  try {
    return Number(readFileSync(join(folder, OWNER), 'utf8'));
  } catch {
    return undefined;
  }
}

/** What another user's run left is theirs to delete. */
function remove(folder) {
  try {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  } catch (error) {
    if (!['EACCES', 'EPERM'].includes(error.code)) throw error;
  }
}

function filesNamed(name, folder, depth) {
  if (!existsSync(folder)) return [];
  const entries = entriesOf(folder);
  const here = entries.filter((entry) => entry.name === name).map((entry) => join(folder, entry.name));
  if (depth === 0 || here.length > 0) return here;
  const folders = entries.filter((entry) => entry.isDirectory());
  return folders.flatMap((entry) => filesNamed(name, join(folder, entry.name), depth - 1));
}

function entriesOf(folder) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return []; // deleted meanwhile, or another user's
  }
}
