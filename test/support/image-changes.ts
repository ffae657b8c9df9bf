import type { EditableAttributes, ImageChange } from '../../src/images/domain/image-change.js';
import type { ChangeContext, ImageAttributes } from '../../src/images/domain/image.js';
import { PropertyRules, type PropertyAction } from '../../src/images/domain/property-protection.js';
import { changing, imageWith } from './domain-fixtures.js';

export const setting = (values: Partial<EditableAttributes>): ImageChange => ({
  kind: 'set-attributes',
  values,
});
export const setProperty = (
  name: string,
  value: string | null,
  only?: 'when-absent' | 'when-present',
): ImageChange => ({ kind: 'set-property', name, value, ...(only && { only }) });

export const edited = (
  image: Partial<ImageAttributes>,
  change: ImageChange,
  context: Partial<ChangeContext> = {},
) => imageWith(image).apply([change], changing(context)).attributes;

/** Everybody may do to `k` what is listed; with `x…` only admins anything. */
export const protecting = (...actions: PropertyAction[]) => {
  const to = (action: PropertyAction) => (actions.includes(action) ? ['@'] : ['admin']);
  const nobodyElse = ['admin'];
  return new PropertyRules([
    {
      pattern: /^k/,
      roles: {
        create: to('create'),
        read: to('read'),
        update: to('update'),
        delete: to('delete'),
      },
    },
    {
      pattern: /^x/,
      roles: { create: nobodyElse, read: nobodyElse, update: nobodyElse, delete: nobodyElse },
    },
    { pattern: /^/, roles: { create: ['@'], read: ['@'], update: ['@'], delete: ['@'] } },
  ]);
};
