type Step = () => Promise<void>;

/** What must be undone at the end, in the reverse order of how it was done; a failing step stops none of the others. */
export class Cleanup {
  private readonly steps: Step[] = [];

  defer(step: Step): void {
    this.steps.push(step);
  }

  /** @returns what the steps threw, in the order in which they ran */
  async run(): Promise<unknown[]> {
    const errors: unknown[] = [];
    for (let step = this.steps.pop(); step !== undefined; step = this.steps.pop()) {
      await step().catch((error: unknown) => errors.push(error));
    }
    return errors;
  }
}
