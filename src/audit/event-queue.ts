// Events on their way from whoever reads files to whoever verifies a chain.
import type { Cells } from '../store/index.js';

/** Most that wait. */
const limit = 100;

export class EventQueue {
  #waiting: Cells[] = [];
  #ended = false;
  #wake = (): void => {};

  /** Answers when there is room for the next. Whoever has found a break reads no more: then it is passed over. */
  async add(event: Cells): Promise<void> {
    this.#waiting.push(event);
    this.#wake();
    if (this.#waiting.length < limit) return;
    await new Promise((resolve) => setImmediate(resolve));
    if (this.#waiting.length >= limit) this.#waiting = [];
  }

  end(): void {
    this.#ended = true;
    this.#wake();
  }

  async *read(): AsyncGenerator<Cells> {
    for (;;) {
      const event = this.#waiting.shift();
      if (event) yield event;
      else if (this.#ended) return;
      else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    }
  }
}
