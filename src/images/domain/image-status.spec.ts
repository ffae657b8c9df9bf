import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CREATED, NOW, imageWith, refusalOf } from '../../../test/support/domain-fixtures.js';
import { Forbidden } from '../../kernel/errors.js';
import { FormatsUnset, UploadConflict } from './image-data.errors.js';
import { FormatsUnsetForImport, ImportConflict } from './image-import.errors.js';
import { IMPORT_METHODS, STATUS_BEFORE_IMPORT } from './image-import.js';
import { IMAGE_STATUSES, NEXT_STATUSES, type ImageStatus } from './image-status.js';

const HAS_DATA: readonly ImageStatus[] = ['active', 'deactivated'];
const nextOf = (status: ImageStatus): readonly ImageStatus[] => NEXT_STATUSES[status];

function reachableFrom(start: ImageStatus): Set<ImageStatus> {
  const reached = new Set<ImageStatus>();
  const open = [start];
  for (let status = open.pop(); status !== undefined; status = open.pop()) {
    for (const next of nextOf(status)) {
      if (reached.has(next)) continue;
      reached.add(next);
      open.push(next);
    }
  }
  return reached;
}

describe('the life of an image', () => {
  it('begins queued and reaches every status but killed, which nothing becomes or leaves', () => {
    const reached = reachableFrom('queued');
    expect([...reached].sort()).toEqual(IMAGE_STATUSES.filter((one) => one !== 'killed').sort());
    expect(nextOf('killed')).toEqual([]);
  });

  it('never loses its data once it has some', () => {
    for (const status of HAS_DATA) {
      expect([...reachableFrom(status)].sort()).toEqual(['active', 'deactivated']);
    }
  });

  it('can go back to queued from wherever data is on its way', () => {
    for (const status of ['saving', 'uploading', 'importing'] as const) {
      expect(nextOf(status)).toContain('queued');
    }
  });
});

describe('activation', () => {
  it.each(IMAGE_STATUSES)('switches an image that is %s only where it has data', (status) => {
    const image = imageWith({ status });
    for (const target of HAS_DATA as ('active' | 'deactivated')[]) {
      const isPossible = status === target || HAS_DATA.includes(status);
      expect(refusalOf(() => image.switchTo(target, NOW))).toBe(
        isPossible ? null : `An image that is ${status} cannot become ${target}.`,
      );
    }
  });

  it('to what an image is already changes nothing', () => {
    const image = imageWith();
    expect(image.switchTo('active', NOW)).toBe(image);
    expect(image.switchTo('deactivated', NOW).attributes.status).toBe('deactivated');
  });

  it('is refused as forbidden, because a wrong status is 403 here', () => {
    expect(() => imageWith({ status: 'queued' }).switchTo('active', NOW)).toThrow(Forbidden);
  });

  it('in any order of switches stays in the machine, and every switch is a new version', () => {
    const steps = fc.array(fc.constantFrom('active' as const, 'deactivated' as const));
    fc.assert(
      fc.property(fc.constantFrom(...IMAGE_STATUSES), steps, (status, targets) => {
        let image = imageWith({ status });
        for (const target of targets) {
          const before = image;
          const refusal = refusalOf(() => (image = before.switchTo(target, NOW)));
          const isChanged = image !== before;
          const { version } = before.attributes;
          expect(image.attributes).toEqual({
            ...before.attributes,
            ...(isChanged && { status: target, version: version + 1, updatedAt: NOW }),
          });
          expect(isChanged).toBe(
            nextOf(before.attributes.status).includes(target) && refusal === null,
          );
        }
      }),
      { seed: 20_261_122, numRuns: 300 },
    );
  });

  it('leaves the image that it was asked of as it was', () => {
    const image = imageWith();
    image.switchTo('deactivated', NOW);
    expect(image.attributes).toMatchObject({ status: 'active', version: 3, updatedAt: CREATED });
  });
});

describe('data comes to an image', () => {
  it.each(IMAGE_STATUSES)('that is %s only when it is queued', (status) => {
    const image = imageWith({ status });
    for (const act of [() => image.requireStageable(), () => image.requireUploadable()]) {
      const refusal = status === 'queued' ? null : new UploadConflict(status).message;
      expect(refusalOf(act)).toBe(refusal);
    }
    expect(image.hasData).toBe(HAS_DATA.includes(status));
  });

  it.each([{ diskFormat: null }, { containerFormat: null }])(
    'by upload only with both formats, not with %j',
    (missing) => {
      const image = imageWith({ status: 'queued', ...missing });
      expect(() => image.requireUploadable()).toThrow(FormatsUnset);
      expect(() => image.requireStageable()).not.toThrow();
    },
  );

  it.each(IMPORT_METHODS)('by %s only in the status that it begins with', (method) => {
    for (const status of IMAGE_STATUSES) {
      const act = () => imageWith({ status }).requireImportable(method);
      const isRight = status === STATUS_BEFORE_IMPORT[method];
      expect(refusalOf(act)).toBe(isRight ? null : new ImportConflict(method, status).message);
    }
    for (const missing of [{ diskFormat: null }, { containerFormat: null }]) {
      const image = imageWith({ status: STATUS_BEFORE_IMPORT[method], ...missing });
      expect(() => image.requireImportable(method)).toThrow(FormatsUnsetForImport);
    }
  });

  it('in a status that can become active', () => {
    for (const method of ['glance-direct', 'web-download'] as const) {
      expect(nextOf(STATUS_BEFORE_IMPORT[method])).toContain('importing');
    }
    expect(STATUS_BEFORE_IMPORT['copy-image']).toBe('active');
  });
});
