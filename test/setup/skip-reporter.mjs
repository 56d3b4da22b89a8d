const NEEDS = / \[needs ([^\]]+)\]$/;

/** Says in one line, after everything else, how many tests were skipped and what each of them needs. */
export default class SkipReporter {
  onRunComplete(_contexts, { testResults }) {
    const skipped = testResults
      .flatMap((file) => file.testResults)
      .filter(({ status }) => status === 'pending' || status === 'todo');
    if (skipped.length === 0) return;
    const counts = new Map();
    for (const test of skipped) counts.set(needOf(test), (counts.get(needOf(test)) ?? 0) + 1);
    const parts = [...counts].map(([need, count]) => `${count} need ${need}`);
    process.stderr.write(`Skipped: ${skipped.length} tests: ${parts.join('; ')}\n`);
  }
}

function needOf({ ancestorTitles }) {
  return ancestorTitles.map((title) => NEEDS.exec(title)?.[1]).find((need) => need !== undefined) ?? 'no reason given';
}
