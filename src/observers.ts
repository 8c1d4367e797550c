// Who is told of what happens, as the settings have it: the log, the metrics, the traces.
import type { ServerSettings } from './config/index.js';
import {
  type Metrics,
  type Observe,
  observeAll,
  openLog,
  openMetrics,
  openTraces,
  readTraceSettings,
} from './observation/index.js';

export interface Observers {
  readonly observe: Observe;
  /** Undefined where nobody could read them. */
  readonly metrics: Metrics | undefined;
  /** Tells another one too, from now on. */
  add(observe: Observe): void;
  close(): Promise<void>;
}

/** Refuses variables of OpenTelemetry that are not understood. */
export function openObservers(
  { dev, adminPort, logLevel, logRequests, logPersonal }: ServerSettings,
  environment: Readonly<Record<string, string | undefined>>,
): Observers {
  const traceSettings = readTraceSettings(environment);
  const log = openLog({ level: logLevel, requests: logRequests, personal: logPersonal });
  const metrics = dev || adminPort !== undefined ? openMetrics() : undefined;
  const traces =
    traceSettings &&
    openTraces({
      ...traceSettings,
      personal: logPersonal,
      onLost: (spans, error) => observe({ event: 'tracesLost', spans, error }),
    });
  const told = [log, metrics, traces].flatMap((observer) => (observer ? [observer.observe] : []));
  const observe = observeAll(told);
  return {
    observe,
    metrics,
    add: (observer) => void told.push(observer),
    async close() {
      await traces?.close();
      await log.close();
    },
  };
}
