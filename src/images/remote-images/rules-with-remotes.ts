import type { RemotesSettings } from '../../platform/config/remotes-settings.js';
import type { OutboundSettings } from '../../platform/outbound/outbound-rules.js';

/** The rules for all that is fetched for users, with the hosts and ports that the operator has named besides. */
export function rulesWithRemotes(
  rules: OutboundSettings,
  remotes: RemotesSettings['remotes'],
): OutboundSettings {
  const urls = remotes.flatMap(({ endpoints }) =>
    Object.values(endpoints).map((endpoint) => new URL(endpoint)),
  );
  const hosts = urls.map(({ hostname }) => hostname.replaceAll(/^\[|\]$/g, ''));
  const ports = urls.map(({ port }) => port).filter((port) => port !== '');
  const schemes = urls.map(({ protocol }) => protocol.slice(0, -1));
  return {
    schemes: also(rules.schemes, schemes),
    hosts: also(rules.hosts, hosts),
    ports: also(rules.ports, ports),
    internalHosts: [...rules.internalHosts, ...hosts],
  };
}

/** An empty list allows everything that is not denied, and stays empty. */
function also({ allowed, denied }: OutboundSettings['hosts'], named: readonly string[]) {
  return { allowed: allowed.length === 0 ? [] : [...allowed, ...named], denied };
}
