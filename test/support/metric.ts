/** The sum of a series (`name` or `name{label="value"}`) over the metrics at these addresses. */
export async function metricSum(urls: readonly string[], series: string): Promise<number> {
  const values = await Promise.all(urls.map((url) => metricAt(url, series)));
  return values.reduce((sum, value) => sum + value, 0);
}

/** 0 where it is not exported. */
async function metricAt(url: string, series: string): Promise<number> {
  const lines = (await (await fetch(url)).text()).split('\n');
  const line = lines.find((one) => one.startsWith(`${series} `));
  return line === undefined ? 0 : Number(line.slice(series.length + 1).split(' ')[0]);
}
