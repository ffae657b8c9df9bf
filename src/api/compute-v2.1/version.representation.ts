import type { JsonObject } from './json-text.js';
import { LOWEST_MICROVERSION } from './microversion.js';
import type { Link } from './links.js';

interface MajorVersion {
  readonly id: 'v2.0' | 'v2.1';
  readonly segment: 'v2' | 'v2.1';
  readonly status: 'CURRENT' | 'DEPRECATED';
  readonly updated: string;
  readonly mediaVersion: string;
}

const V2_1: MajorVersion = {
  id: 'v2.1',
  segment: 'v2.1',
  status: 'CURRENT',
  updated: '2013-07-23T11:33:21Z',
  mediaVersion: '2.1',
};

/** The alias without microversions; clients read its empty version texts as "none". */
const V2_0: MajorVersion = {
  id: 'v2.0',
  segment: 'v2',
  status: 'DEPRECATED',
  updated: '2011-01-21T11:33:21Z',
  mediaVersion: '2',
};

const LISTED = [V2_0, V2_1];

export interface VersionSource {
  /** The compute endpoint without a version, `B` of compute-v2.1 7.1. */
  readonly base: string;
  readonly maxMicroversion: string;
}

/** R1: every major version. */
export const versionList = (source: VersionSource): JsonObject => ({
  versions: LISTED.map((version) => summary(version, source)),
});

/** R2 and R3: the version that the path names. Its link never has a tenant in it. */
export function versionDocument(source: VersionSource, isLegacy: boolean): JsonObject {
  const version = isLegacy ? V2_0 : V2_1;
  const { links, ...rest } = summary(version, source);
  const describedBy = { rel: 'describedby', type: 'text/html', href: 'http://docs.openstack.org/' };
  return {
    version: { ...rest, links: [...links, describedBy], 'media-types': mediaTypes(version) },
  };
}

/** R4: where the path might have been meant to go. */
export const versionChoices = ({ base }: VersionSource, path: string): JsonObject => ({
  choices: LISTED.map((version) => ({
    id: version.id,
    status: version.status,
    links: [{ rel: 'self', href: `${base}/${version.segment}${path}` }],
    'media-types': mediaTypes(version),
  })),
});

function summary(version: MajorVersion, { base, maxMicroversion }: VersionSource) {
  const hasMicroversions = version === V2_1;
  const self: Link = { rel: 'self', href: `${base}/${version.segment}/` };
  return {
    id: version.id,
    status: version.status,
    version: hasMicroversions ? maxMicroversion : '',
    min_version: hasMicroversions ? LOWEST_MICROVERSION : '',
    updated: version.updated,
    links: [self],
  };
}

const mediaTypes = ({ mediaVersion }: MajorVersion): JsonObject[] => [
  {
    base: 'application/json',
    type: `application/vnd.openstack.compute+json;version=${mediaVersion}`,
  },
];
