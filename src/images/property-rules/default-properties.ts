/**
 * Well-known additional properties, as the reference ships them (image-v2 2.17). `kernel_id` and
 * `ramdisk_id` are plain strings: published images hold words like `nokernel` there.
 */
export const DEFAULT_PROPERTIES = {
  kernel_id: {
    type: ['null', 'string'],
    description: 'ID of image stored in Glance that should be used as the kernel when booting.',
  },
  ramdisk_id: {
    type: ['null', 'string'],
    description: 'ID of image stored in Glance that should be used as the ramdisk when booting.',
  },
  instance_uuid: {
    type: 'string',
    description:
      'Metadata which can be used to record which instance this image is associated with.',
  },
  architecture: { type: 'string', description: 'Operating system architecture.' },
  os_distro: { type: 'string', description: 'Common name of operating system distribution.' },
  os_version: { type: 'string', description: 'Operating system version of the distributor.' },
  description: { type: 'string', description: 'A human-readable string describing this image.' },
  cinder_encryption_key_id: {
    type: 'string',
    description: 'Identifier in the OpenStack Key Management Service for the encryption key.',
  },
  cinder_encryption_key_deletion_policy: {
    type: 'string',
    description: 'What happens to the encryption key when the image is deleted.',
    enum: ['on_image_deletion', 'do_not_delete'],
  },
} as const;
