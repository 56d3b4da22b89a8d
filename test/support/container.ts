import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/** As a cluster with the Pod Security Standard "restricted" runs it. */
const RESTRICTED = ['--network=host', '--read-only', '--read-only-tmpfs=false', '--cap-drop=ALL'];
const NO_NEW_PRIVILEGES = ['--security-opt=no-new-privileges'];
/** Nothing that the image does at run time may need one. */
const NO_SHELL = ['--volume=/dev/null:/bin/sh:ro', '--volume=/dev/null:/bin/bash:ro'];
/** By itself podman asks for more than an unprivileged machine allows. */
const LIMITS = ['--ulimit=nofile=4096:4096', '--ulimit=nproc=4096:4096'];
const RUNTIME = ['--runtime=runc', '--cgroup-manager=cgroupfs'];

/** The image under test, and podman with its options, where `.ci/image` runs the tests. */
export const IMAGE = process.env['HANGAR_IMAGE'];
const [PODMAN = 'podman', ...OPTIONS] = (process.env['HANGAR_PODMAN'] ?? 'podman').split(' ');

/** A container of the image. */
export class Container {
  private output = '';
  private readonly ended: Promise<number>;

  private constructor(private readonly child: ChildProcess) {
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk: Buffer) => (this.output += chunk.toString()));
    this.ended = once(child, 'close').then(([code]) => code as number);
  }

  /** Starts one; without a command it is the server. The values of variables are in no argument. */
  static start(environment: Readonly<Record<string, string>>, ...command: readonly string[]): Container {
    const variables = Object.keys(environment).flatMap((name) => ['--env', name]);
    const limits = [...RESTRICTED, ...NO_NEW_PRIVILEGES, ...NO_SHELL, ...LIMITS];
    const args = [...OPTIONS, ...RUNTIME, 'run', '--rm', ...limits, ...variables, IMAGE ?? '', ...command];
    return new Container(spawn(PODMAN, args, { env: { PATH: process.env['PATH'], ...environment } }));
  }

  /** Runs a command to its end. */
  static async run(
    environment: Readonly<Record<string, string>>,
    ...command: readonly string[]
  ): Promise<{ code: number; output: string }> {
    const container = Container.start(environment, ...command);
    return { code: await container.ended, output: container.output };
  }

  /** All that it wrote so far. */
  get log(): string {
    return this.output;
  }

  /** Sends SIGTERM to its first process, and resolves with what that exits with. */
  async stop(): Promise<number> {
    this.child.kill('SIGTERM');
    return this.ended;
  }
}
