import { BlockList, isIP } from 'node:net';
import { commaSeparated } from './parsers.js';

const DEFAULT_PORTS: Readonly<Record<string, string>> = { 'https:': '443', 'http:': '80' };
/** A host, network or range, IPv6 in brackets or not, with or without a port. */
const ENTRY = /^(?:\[([^\]]+)\]|([^:[\]]+|[0-9a-f:.]*:[0-9a-f:.]*:[0-9a-f:./]*))(?::(\d{1,5}))?$/i;
const NAME = /^(?:\*\.?|\.)?(?:[\w-]+\.)*[\w-]+\.?$/;
const FAMILIES = { 4: 'ipv4', 6: 'ipv6' } as const;

type Rule = (host: string) => boolean;

/**
 * The hosts of `NO_PROXY`, which are called without the proxy: names, which include their subdomains; `.example.com` and
 * `*.example.com`; addresses, networks (`10.0.0.0/8`) and ranges (`10.0.0.1-10.0.0.9`), which apply to addresses only,
 * since no name is looked up; `*` for all; each with a port or without.
 */
export class NoProxy {
  private readonly rules: readonly { readonly port: string | undefined; readonly matches: Rule }[];

  /** @throws {Error} that names the invalid entry */
  constructor(text: string) {
    this.rules = commaSeparated(text)
      .flatMap((entry) => entry.split(/\s+/))
      .map((entry) => {
        const [, bracketed, bare, port] = ENTRY.exec(entry) ?? [];
        const matches = ruleOf((bracketed ?? bare ?? '').toLowerCase());
        if (!matches)
          throw new Error(
            `must be hosts, networks such as 10.0.0.0/8 or *, each with a port or without; "${entry}" is none`,
          );
        return { port, matches };
      });
  }

  /** Whether a URL is called without the proxy. */
  includes(url: string | URL): boolean {
    const { hostname, port, protocol } = new URL(url);
    return this.includesHost(hostname.replace(/^\[(.*)\]$/, '$1'), port || (DEFAULT_PORTS[protocol] ?? ''));
  }

  /** The same by host name or address, without brackets, and port. */
  includesHost(host: string, port: string): boolean {
    const bare = host.toLowerCase().replace(/\.$/, '');
    return this.rules.some((rule) => (rule.port === undefined || rule.port === port) && rule.matches(bare));
  }
}

function ruleOf(entry: string): Rule | undefined {
  if (entry === '*') return () => true;
  return addressRule(entry) ?? nameRule(entry);
}

/** For an address, a network or a range. */
function addressRule(entry: string): Rule | undefined {
  const [, first = '', separator, second = ''] = /^([^/-]+)([/-])?(.*)$/.exec(entry) ?? [];
  const family = familyOf(first);
  if (family === undefined) return undefined;
  const list = new BlockList();
  try {
    if (separator === '/') list.addSubnet(first, /^\d{1,3}$/.test(second) ? Number(second) : Number.NaN, family);
    else if (separator === '-') list.addRange(first, second, family);
    else list.addAddress(first, family);
  } catch {
    return undefined;
  }
  return (host) => {
    const familyOfHost = familyOf(host);
    return familyOfHost !== undefined && list.check(host, familyOfHost);
  };
}

function familyOf(address: string): 'ipv4' | 'ipv6' | undefined {
  return FAMILIES[isIP(address) as 4 | 6];
}

/** `*.example.com` means the subdomains alone. */
function nameRule(entry: string): Rule | undefined {
  if (!NAME.test(entry) || /^\d+(?:\.\d+){3}(?:-|$)/.test(entry)) return undefined;
  const name = entry.replace(/^\*?\.?/, '').replace(/\.$/, '');
  const subdomainsOnly = entry.startsWith('*');
  return (host) => (!subdomainsOnly && host === name) || host.endsWith(`.${name}`);
}
