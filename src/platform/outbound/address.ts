import ipaddr from 'ipaddr.js';
import { isIP } from 'node:net';

/** Addresses that the internet routes but clouds answer themselves: Azure's wire server. */
const CLOUD_INTERNAL: ReadonlySet<string> = new Set(['168.63.129.16']);
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR('2000::/3');

/** One spelling for each address: mapped IPv4 unwrapped, IPv6 compressed. Null for what is no address. */
export function normalizeAddress(text: string): string | null {
  return isIP(text) !== 0 ? ipaddr.process(text).toString() : null;
}

/**
 * Whether the address belongs to the public internet: not loopback, private, link-local, shared, multicast,
 * reserved, unspecified, documentation or a metadata service, and not an IPv6 wrapping of such (S-55).
 */
export function isPublicAddress(text: string): boolean {
  if (isIP(text) === 0) return false;
  const address = ipaddr.process(text);
  if (address.range() !== 'unicast' || CLOUD_INTERNAL.has(address.toString())) return false;
  return address instanceof ipaddr.IPv4 || address.match(GLOBAL_UNICAST);
}

/** @param network an address or a CIDR block; anything else contains nothing */
export function isWithin(address: string, network: string): boolean {
  if (isIP(address) === 0) return false;
  const candidate = ipaddr.process(address);
  if (isIP(network) !== 0) return candidate.toString() === ipaddr.process(network).toString();
  if (!ipaddr.isValidCIDR(network)) return false;
  const [base, bits] = ipaddr.parseCIDR(network);
  return base.kind() === candidate.kind() && candidate.match([base, bits] as never);
}
