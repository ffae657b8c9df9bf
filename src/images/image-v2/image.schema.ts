import { CONTAINER_FORMATS, DISK_FORMATS } from '../domain/image-formats.js';
import { VISIBILITIES } from '../domain/image-access.js';
import { IMAGE_STATUSES } from '../domain/image-status.js';

const text = (description: string, maxLength = 255) => ({ type: 'string', description, maxLength });
const optionalText = (description: string, maxLength = 255) => ({
  type: ['null', 'string'],
  description,
  maxLength,
});
const readOnly = <S extends object>(schema: S) => ({ ...schema, readOnly: true });
const bytes = (description: string) => readOnly({ type: ['null', 'integer'], description });

const location = {
  type: 'object',
  required: ['url', 'metadata'],
  properties: {
    url: { type: 'string', maxLength: 255 },
    metadata: { type: 'object' },
    validation_data: {
      type: 'object',
      description: 'Values to compare the data with; write only.',
      writeOnly: true,
      additionalProperties: false,
      required: ['os_hash_algo', 'os_hash_value'],
      properties: {
        checksum: { type: 'string', minLength: 32, maxLength: 32 },
        os_hash_algo: { type: 'string', maxLength: 64 },
        os_hash_value: { type: 'string', maxLength: 128 },
      },
    },
  },
} as const;

/** Every base field of an image, as `GET /v2/schemas/image` tells it and as requests are checked against. */
export const imageProperties = {
  id: {
    type: 'string',
    description: 'An identifier for the image',
    pattern:
      '^([0-9a-fA-F]){8}-([0-9a-fA-F]){4}-([0-9a-fA-F]){4}-([0-9a-fA-F]){4}-([0-9a-fA-F]){12}$',
  },
  name: optionalText('Descriptive name for the image'),
  status: readOnly({ type: 'string', description: 'Status of the image', enum: IMAGE_STATUSES }),
  visibility: { type: 'string', description: 'Scope of image accessibility', enum: VISIBILITIES },
  protected: { type: 'boolean', description: 'If true, image will not be deletable.' },
  os_hidden: { type: 'boolean', description: 'If true, image will not appear in default lists.' },
  checksum: readOnly(optionalText('md5 hash of image contents.', 32)),
  os_hash_algo: readOnly(optionalText('Algorithm to calculate os_hash_value', 64)),
  os_hash_value: readOnly(optionalText('Hexdigest of the image contents using os_hash_algo', 128)),
  owner: optionalText('Owner of the image'),
  size: bytes('Size of image file in bytes'),
  virtual_size: bytes('Virtual size of image in bytes'),
  container_format: {
    type: ['null', 'string'],
    description: 'Format of the container',
    enum: [null, ...CONTAINER_FORMATS],
  },
  disk_format: {
    type: ['null', 'string'],
    description: 'Format of the disk',
    enum: [null, ...DISK_FORMATS],
  },
  created_at: readOnly(text('Date and time of image registration')),
  updated_at: readOnly(text('Date and time of the last image modification')),
  tags: {
    type: 'array',
    description: 'List of strings related to the image',
    items: { type: 'string', maxLength: 255 },
  },
  direct_url: readOnly(text('URL to access the image file kept in external store', 4096)),
  min_ram: { type: 'integer', description: 'Amount of ram (in MB) required to boot image.' },
  min_disk: {
    type: 'integer',
    description: 'Amount of disk space (in GB) required to boot image.',
  },
  self: readOnly(text('An image self url')),
  file: readOnly(text('An image file url')),
  schema: readOnly(text('An image schema url')),
  locations: {
    type: 'array',
    description: 'A set of URLs to access the image file kept in external store',
    items: location,
  },
  stores: readOnly(text('Store in which image data resides.', 4096)),
} as const;

export const imageLinks = [
  { rel: 'self', href: '{self}' },
  { rel: 'enclosure', href: '{file}' },
  { rel: 'describedby', href: '{schema}' },
] as const;

export const imagesLinks = [
  { rel: 'first', href: '{first}' },
  { rel: 'next', href: '{next}' },
  { rel: 'describedby', href: '{schema}' },
] as const;
