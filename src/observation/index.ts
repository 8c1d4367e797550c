// What there is to see of a running server, and who looks: logs, metrics, traces.
export { type EventName, type EventOf, events, type Observe, type ObservedEvent, observeAll } from './events.js';
export { type LogOptions, openLog } from './log.js';
export { type Metrics, metrics, openMetrics } from './metrics.js';
export { readTraceSettings } from './trace-settings.js';
export { openTraces } from './traces.js';
