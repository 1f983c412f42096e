// Something that is done by the core: `busy` until it is. Its failure is its caller's.

export class Task {
  /** Whether an answer is waited for. */
  busy = $state(false);

  async run<T>(work: () => Promise<T>): Promise<T> {
    this.busy = true;
    try {
      return await work();
    } finally {
      this.busy = false;
    }
  }
}
