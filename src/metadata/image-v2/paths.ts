export const NAMESPACES_PATH = '/v2/metadefs/namespaces';

/** A name as one segment of a path; colons stay, as in `OS::Nova::Flavor`. */
const segment = (name: string): string => encodeURIComponent(name).replaceAll('%3A', ':');

export const namespacePath = (name: string): string => `${NAMESPACES_PATH}/${segment(name)}`;

export const objectPath = (namespace: string, name: string): string =>
  `${namespacePath(namespace)}/objects/${segment(name)}`;
