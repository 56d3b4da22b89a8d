// Runs beside a run of tests, out of reach of Ctrl-C and of what ends the run, and ends what the run leaves when it is
// killed. Its standard input is open as long as the run's process lives. Arguments: the run's folder and pid.
import { endProcess, waitingParents } from './processes.mjs';
import { endRun } from './run.mjs';

const LOOK_MS = 500;
const [folder, owner] = [process.argv[2], Number(process.argv[3])];
const parents = waitingParents(owner).join();

process.stdin.resume();
process.stdin.on('end', () => void end());
setInterval(() => {
  if (waitingParents(owner).join() !== parents) endProcess(owner); // npm was killed: nobody waits for the result
}, LOOK_MS);

async function end() {
  await endRun(folder);
  process.exit();
}
