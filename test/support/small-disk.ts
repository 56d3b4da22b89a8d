import { spawnSync } from 'node:child_process';
import { chmodSync, closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const MEGABYTE = 1024 * 1024;
/** The last bytes too: PostgreSQL extends files by pages of 8 KB. */
const CHUNKS = [MEGABYTE, 4096];

/** A file system in memory, of a test's own, that can be full. */
export class SmallDisk {
  private constructor(readonly folder: string) {}

  /** @throws where this account may not mount, see {@link canMount} */
  static mount(megabytes: number): SmallDisk {
    const folder = mkdtempSync(join(tmpdir(), 'hangar-disk-'));
    const { status, stderr } = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder]);
    if (status !== 0) {
      rmSync(folder, { recursive: true });
      throw new Error(`mount: ${String(stderr)}`);
    }
    chmodSync(folder, 0o755);
    return new SmallDisk(folder);
  }

  /** Leaves no space on it. */
  fill(): void {
    const file = openSync(this.ballast, 'a');
    try {
      for (const size of CHUNKS) fillWith(file, Buffer.alloc(size));
    } finally {
      closeSync(file);
    }
  }

  /** Gives back the space that {@link fill} took. */
  free(): void {
    rmSync(this.ballast, { force: true });
  }

  unmount(): void {
    spawnSync('umount', ['--lazy', this.folder]);
    rmSync(this.folder, { recursive: true, force: true });
  }

  private get ballast(): string {
    return join(this.folder, 'ballast');
  }
}

/** Whether this account may mount a file system. */
export function canMount(): boolean {
  try {
    SmallDisk.mount(1).unmount();
    return true;
  } catch {
    return false;
  }
}

function fillWith(file: number, chunk: Buffer): void {
  try {
    while (writeSync(file, chunk) > 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  }
}
