import { Injectable } from '@nestjs/common';

/**
 * Counts the changes that this process has made to the identity, so that what was read before the last
 * one is known to be out of date.
 */
@Injectable()
export class IdentityEpoch {
  private value = 0;

  get current(): number {
    return this.value;
  }

  advance(): void {
    this.value += 1;
  }
}
