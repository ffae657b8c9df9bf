import { Inject, Injectable } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Principal } from '../../kernel/principal.js';
import { ImageChangedMeanwhile } from '../domain/image.errors.js';
import type { Image } from '../domain/image.js';
import { ImageRepository } from './ports/image.repository.js';
import { VisibleImages } from './visible-images.js';

/** Tries before a write gives up against other writers of the same image. */
const MAX_TRIES = 20;
/** Upper bound of the pause between tries, in milliseconds; random, so that writers spread out. */
const MAX_PAUSE_MS = 20;

/**
 * Reads an image, lets the caller decide the next one, and writes it if nobody else wrote meanwhile;
 * otherwise reads and decides anew. No lock is held and no update is lost.
 */
@Injectable()
export class ImageEditor {
  constructor(
    @Inject(ImageRepository) private readonly images: ImageRepository,
    @Inject(VisibleImages) private readonly visible: VisibleImages,
  ) {}

  /**
   * @param decide gets the image as it is, and returns the next one, or the same one to leave it
   * @throws ImageNotFound, whatever `decide` throws, or ImageChangedMeanwhile when others kept winning
   */
  async edit(id: string, principal: Principal, decide: (image: Image) => Image): Promise<Image> {
    return this.attempt(id, principal, async (before) => {
      const after = decide(before);
      const isDone = after === before || (await this.images.replace(before, after));
      return isDone ? after : null;
    });
  }

  /** @throws like {@link edit} */
  async remove(id: string, principal: Principal, check: (image: Image) => void): Promise<void> {
    await this.attempt(id, principal, async (image) => {
      check(image);
      return (await this.images.remove(image, new Date())) ? image : null;
    });
  }

  /**
   * As {@link edit} for what is more than a decision.
   * @param write returns the image as it is now, or null when it was changed meanwhile and all begins anew
   */
  async attempt(
    id: string,
    principal: Principal,
    write: (image: Image) => Promise<Image | null>,
  ): Promise<Image> {
    for (let tries = 1; tries <= MAX_TRIES; tries += 1) {
      const done = await write(await this.visible.get(id, principal));
      if (done !== null) return done;
      await sleep(Math.random() * MAX_PAUSE_MS);
    }
    throw new ImageChangedMeanwhile();
  }
}
