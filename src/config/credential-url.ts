const ENCODE =
  'In user name, password and names, percent-encode what is neither a letter nor a digit: @ as %40, : as %3A, / as %2F, ? as %3F, # as %23, % as %25, a blank as %20';

/** A character of a user name, a password or a name; what could end it must be encoded. */
const CHARACTER = String.raw`(?:[^\s\p{Cc}@/?#\\%]|%[\da-f]{2})`;
const USER_INFO = String.raw`(?:(?<user>(?:(?!:)${CHARACTER})*)(?::(?<password>${CHARACTER}*))?@)?`;
const PORT = String.raw`(?::(?<port>\d{1,5}))?`;
/** A name, an IPv4 or an IPv6 address. */
const HOST = String.raw`(?:[\p{L}\p{N}._-]+|\[[\da-f:.]+\])`;
/** The folder of a socket, encoded. */
const SOCKET = String.raw`%2f(?:[\w.~-]|%[\da-f]{2})*`;
const QUERY = String.raw`(?:\?(?<query>(?:[^\s\p{Cc}@#\\%]|%[\da-f]{2})*))?`;

const POSTGRES = new RegExp(
  `^postgres(?:ql)?://${USER_INFO}(?:${HOST}|${SOCKET})?${PORT}(?:/(?<name>(?:(?!:)${CHARACTER})*))?${QUERY}$`,
  'iu',
);
const PROXY = new RegExp(`^https?://${USER_INFO}${HOST}${PORT}/*$`, 'iu');

/**
 * Checks the address of a PostgreSQL server strictly. An address that reads in two ways is refused, so that no part of a
 * password is taken for the host, the port or the database, which errors name.
 *
 * @throws an error that contains no part of the text
 */
export function requirePostgresUrl(text: string): void {
  if (!isStrict(POSTGRES.exec(text)))
    throw new Error(`must be a postgres:// address, such as postgres://user:password@host:5432/database. ${ENCODE}`);
}

/** The same for the address of a proxy. */
export function requireProxyUrl(text: string): void {
  if (!isStrict(PROXY.exec(text)))
    throw new Error(
      `must be an http or https address without path and query, such as http://user:password@host:3128. ${ENCODE}`,
    );
}

const MAX_PORT = 65_535;

function isStrict(match: RegExpExecArray | null): boolean {
  const { port, ...texts } = match?.groups ?? {};
  return match !== null && !(Number(port) > MAX_PORT) && Object.values(texts).every(isDecodable);
}

/** Whether the encoded bytes are UTF-8. */
function isDecodable(text: string | undefined): boolean {
  try {
    decodeURIComponent(text ?? '');
    return true;
  } catch {
    return false;
  }
}
