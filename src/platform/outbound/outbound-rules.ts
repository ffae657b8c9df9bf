import { isIPv4 } from 'node:net';
import { isPublicAddress, isWithin } from './address.js';
import { UrlRefused } from './outbound.errors.js';

/** Where something is allowed only if it is listed, or, without such a list, unless it is in the other one. */
export interface AllowDeny {
  readonly allowed: readonly string[];
  readonly denied: readonly string[];
}

export interface OutboundSettings {
  readonly schemes: AllowDeny;
  /** Names, addresses or CIDR blocks; denied blocks hold for what names resolve to as well. */
  readonly hosts: AllowDeny;
  readonly ports: AllowDeny;
  /** Names, addresses and CIDR blocks that may be reached although they are internal. */
  readonly internalHosts: readonly string[];
}

const SUPPORTED_SCHEMES: ReadonlySet<string> = new Set(['http', 'https']);
const AUTHORITY = /^[a-z][a-z0-9+.-]*:\/\/([^/?#\\]*)/i;

/** What may be fetched on behalf of users: the one rule for every way in (S-56). */
export class OutboundRules {
  constructor(private readonly settings: OutboundSettings) {}

  /**
   * Judges the URL by what it says; its host has still to be resolved and judged by {@link mayReach}.
   * @throws UrlRefused
   */
  parse(text: string): URL {
    if (!URL.canParse(text)) throw new UrlRefused(text);
    const url = new URL(text);
    if (!this.isPermitted(url) || isDisguised(text, url)) throw new UrlRefused(hostOf(url));
    return url;
  }

  /** Whether a connection to this address may be made for the sake of that host. */
  mayReach(host: string, address: string): boolean {
    const { allowed, denied } = this.settings.hosts;
    const isDenied = allowed.length === 0 && denied.some((item) => isWithin(address, item));
    return !isDenied && (isPublicAddress(address) || this.isListedInternal(host, address));
  }

  private isPermitted(url: URL): boolean {
    const { schemes, hosts, ports } = this.settings;
    const scheme = url.protocol.slice(0, -1);
    const host = hostOf(url);
    return (
      SUPPORTED_SCHEMES.has(scheme) &&
      permits(schemes, (item) => item === scheme) &&
      url.username === '' &&
      url.password === '' &&
      host !== '' &&
      permits(hosts, (item) => item === host || isWithin(host, item)) &&
      // The scheme's own port is not part of the URL and not restricted.
      (url.port === '' || permits(ports, (item) => item === url.port))
    );
  }

  private isListedInternal(host: string, address: string): boolean {
    return this.settings.internalHosts.some(
      (listed) => listed.toLowerCase() === host || isWithin(address, listed),
    );
  }
}

/** The host as names and addresses are compared: without brackets or a final dot. */
export function hostOf(url: URL): string {
  return url.hostname.replaceAll(/^\[|\]$/g, '').replace(/\.$/, '');
}

function permits(
  { allowed, denied }: AllowDeny,
  matches: (lowerCaseItem: string) => boolean,
): boolean {
  const holds = (list: readonly string[]) => list.some((item) => matches(item.toLowerCase()));
  return allowed.length > 0 ? holds(allowed) : !holds(denied);
}

/**
 * An IPv4 address in another form than four decimal numbers (`2130706433`, `0x7f.1`, `127.1`, percent-encoded or
 * with foreign digits): the URL parser understands them, filters by text do not. Likewise blanks, backslashes
 * and empty user information, which parsers read differently.
 */
function isDisguised(text: string, url: URL): boolean {
  const authority = AUTHORITY.exec(text)?.[1] ?? '';
  if (authority === '' || /[\s\p{Cc}\\]/u.test(text) || authority.includes('@')) return true;
  return isIPv4(url.hostname) && authority.replace(/:\d*$/, '') !== url.hostname;
}
