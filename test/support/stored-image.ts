import { randomUUID } from 'node:crypto';
import { ImageRepository } from '../../src/images/application/ports/image.repository.js';
import { Image, type ImageAttributes } from '../../src/images/domain/image.js';
import type { TestApp } from './app.js';

/** Puts an image into the catalog as a loader would: any status, dates and properties. @returns its id */
export async function storeImage(
  { app }: TestApp,
  attributes: Partial<ImageAttributes> & Pick<ImageAttributes, 'owner'>,
): Promise<string> {
  const image = new Image({ ...DEFAULTS, id: randomUUID(), ...attributes });
  await app.get(ImageRepository, { strict: false }).add(image, -1);
  return image.attributes.id;
}

const DEFAULTS: Omit<ImageAttributes, 'id' | 'owner'> = {
  name: 'an image',
  status: 'active',
  visibility: 'private',
  isProtected: false,
  isHidden: false,
  diskFormat: 'raw',
  containerFormat: 'bare',
  size: 1024n,
  virtualSize: null,
  checksum: null,
  hashAlgorithm: null,
  hashValue: null,
  minDisk: 0,
  minRam: 0,
  tags: [],
  properties: {},
  createdAt: new Date('2020-01-01T00:00:00.000Z'),
  updatedAt: new Date('2020-01-01T00:00:00.000Z'),
  version: 1,
};
