export { CreateImage } from './application/create-image.js';
export { DeleteImage } from './application/delete-image.js';
export { ListImages } from './application/list-images.js';
export { ManageTags } from './application/manage-tags.js';
export { ShowImage } from './application/show-image.js';
export { UpdateImage } from './application/update-image.js';
export type { ImageChange } from './domain/image-change.js';
export type { Image } from './domain/image.js';
