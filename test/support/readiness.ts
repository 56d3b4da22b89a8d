/** Whether every server at these addresses is ready. */
export async function areReady(urls: readonly string[]): Promise<boolean> {
  const answers = await Promise.all(urls.map((url) => fetch(`${url}/health/ready`)));
  return answers.every(({ status }) => status === 200);
}

/** Why each of them is not ready; `undefined` where one is. */
export async function whyNotReady(urls: readonly string[]): Promise<string[] | undefined> {
  const answers = await Promise.all(urls.map((url) => fetch(`${url}/health/ready`)));
  if (answers.some(({ status }) => status !== 503)) return undefined;
  return Promise.all(answers.map(async (answer) => ((await answer.json()) as { detail: string }).detail));
}
