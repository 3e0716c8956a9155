/** Counts the deliveries that are being handled, so that a shutdown can wait for their end. */
export class InFlight {
  private count = 0;
  private isDraining = false;
  private readonly waiting: (() => void)[] = [];

  /** Whether one more may begin. */
  begin(): boolean {
    if (this.isDraining) return false;
    this.count += 1;
    return true;
  }

  end(): void {
    this.count -= 1;
    if (this.count === 0) for (const resolve of this.waiting.splice(0)) resolve();
  }

  /** Lets no other delivery begin, and resolves when the last one has ended. */
  drain(): Promise<void> {
    this.isDraining = true;
    return this.count === 0 ? Promise.resolve() : new Promise((resolve) => this.waiting.push(resolve));
  }
}
