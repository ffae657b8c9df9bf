/** What tus 1.0.0 sends, and what it answers with: uploads that can be continued are made for browsers. */
const TUS = ['Tus-Resumable', 'Upload-Length', 'Upload-Offset', 'Upload-Metadata'];
const TUS_ANSWERS = [
  'Location',
  'Tus-Resumable',
  'Tus-Version',
  'Upload-Length',
  'Upload-Offset',
  'Upload-Expires',
];

/** What browsers of the listed origins may do (image-v2 2.0). Never together with credentials. */
export const corsOptions = (origins: readonly string[]) => ({
  origin: [...origins],
  credentials: false,
  methods: ['GET', 'PUT', 'POST', 'DELETE', 'PATCH'],
  allowedHeaders: [
    'Content-MD5',
    'Content-Type',
    'X-Image-Meta-Checksum',
    'X-Storage-Token',
    'Accept-Encoding',
    'X-Auth-Token',
    'X-Identity-Status',
    'X-Roles',
    'X-Service-Catalog',
    'X-User-Id',
    'X-Tenant-Id',
    'X-OpenStack-Request-ID',
    ...TUS,
  ],
  exposedHeaders: [
    'X-Image-Meta-Checksum',
    'X-Auth-Token',
    'X-Subject-Token',
    'X-Service-Token',
    'X-OpenStack-Request-ID',
    ...TUS_ANSWERS,
  ],
});
