/** Those who ask while an answer is on its way share the next one, so that each answer is younger than its question. */
export class SharedQuestion<T> {
  private underWay: Promise<unknown> = Promise.resolve();
  private next: Promise<T> | null = null;

  constructor(private readonly ask: () => Promise<T>) {}

  /** @returns what was asked for after this call began @throws whatever asking throws, to all who share it */
  answer(): Promise<T> {
    this.next ??= this.underWay.then(() => {
      this.next = null;
      const answer = this.ask();
      this.underWay = answer.catch(() => undefined);
      return answer;
    });
    return this.next;
  }
}
