// What there is to see of a running server, and who looks: logs, metrics, traces.
export { type EventName, type EventOf, events, type Observe, type ObservedEvent, observeAll } from './events.js';
export { type Log, type LogOptions, logLevels, openLog } from './log.js';
export { type Metrics, metrics, openMetrics } from './metrics.js';
export { readTraceSettings, type TraceSettings } from './trace-settings.js';
export { openTraces, type Traces } from './traces.js';
