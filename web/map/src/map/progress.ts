/** What is still on its way, and what did not arrive: both told once, however many requests. */

export class Progress {
  private pending = 0;
  private announced = false;
  private told = false;
  private over = false;
  private quiet: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly busy: (busy: boolean) => void,
    private readonly failed: (reason: string) => void,
  ) {}

  begin(): void {
    clearTimeout(this.quiet);
    this.quiet = undefined;
    if (this.pending === 0 && !this.announced) {
      this.announced = true;
      this.told = false;
      this.busy(true);
    }
    this.pending += 1;
  }

  /** One request has ended; with a reason if it failed. */
  end(reason: string | null): void {
    if (this.over) return;
    this.pending -= 1;
    if (reason !== null && !this.told) {
      this.told = true;
      this.failed(reason);
    }
    if (this.pending > 0) return;
    // The next requests often follow within a frame; that is still the same batch.
    this.quiet = setTimeout(() => {
      this.announced = false;
      this.busy(false);
    }, 120);
  }

  /** Nothing is told any more. */
  dispose(): void {
    this.over = true;
    clearTimeout(this.quiet);
  }
}
