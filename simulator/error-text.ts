function field(error: unknown, name: string): unknown {
  if (typeof error !== 'object' || error === null) return undefined;
  return (error as Record<string, unknown>)[name];
}

/** An error's code, `ECONNREFUSED`; errors of Node itself are recognised whichever realm they come from. */
export function codeOf(error: unknown): string | undefined {
  const code = field(error, 'code');
  return typeof code === 'string' ? code : undefined;
}

/** An error's message, or whatever was thrown as text. */
export function messageOf(error: unknown): string {
  const message = field(error, 'message');
  return typeof message === 'string' ? message : String(error);
}

/** The HTTP status that an error asks for; 500 when it asks for none. */
export function statusOf(error: unknown): number {
  const status = Number(field(error, 'statusCode') ?? field(error, 'status'));
  return status >= 400 && status < 600 ? status : 500;
}
