// A histogram with one label that costs a request next to nothing: prom-client's own hashes its labels each time.
interface Series {
  /** One for each bucket, and one for what is beyond the last. */
  readonly counts: number[];
  sum: number;
}

/** In the shape of prom-client's metrics, so that a registry can hold it. */
export class LabelledHistogram {
  readonly name: string;
  readonly #help: string;
  readonly #label: string;
  readonly #bounds: readonly number[];
  readonly #series = new Map<string, Series>();

  constructor({ name, help, label, bounds }: { name: string; help: string; label: string; bounds: readonly number[] }) {
    this.name = name;
    this.#help = help;
    this.#label = label;
    this.#bounds = bounds;
  }

  observe(label: string, value: number): void {
    let series = this.#series.get(label);
    if (!series) {
      series = { counts: new Array(this.#bounds.length + 1).fill(0), sum: 0 };
      this.#series.set(label, series);
    }
    let bucket = 0;
    while (bucket < this.#bounds.length && value > (this.#bounds[bucket] ?? 0)) bucket++;
    series.counts[bucket] = (series.counts[bucket] ?? 0) + 1;
    series.sum += value;
  }

  reset(): void {
    this.#series.clear();
  }

  async get(): Promise<object> {
    const values = [...this.#series].flatMap(([label, { counts, sum }]) => {
      const labels = { [this.#label]: label };
      let total = 0;
      const buckets = counts.map((count, index) => {
        total += count;
        const le = this.#bounds[index] ?? '+Inf';
        return { metricName: `${this.name}_bucket`, labels: { le, ...labels }, value: total };
      });
      return [
        ...buckets,
        { metricName: `${this.name}_sum`, labels, value: sum },
        { metricName: `${this.name}_count`, labels, value: total },
      ];
    });
    return { name: this.name, help: this.#help, type: 'histogram', aggregator: 'sum', values };
  }
}
