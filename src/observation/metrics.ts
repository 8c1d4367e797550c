// Events → numbers for Prometheus, by prom-client.
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { EventOf, Observe } from './events.js';
import { LabelledHistogram } from './histogram.js';

interface MetricRow {
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly labels: readonly string[];
  /** What it counts or measures; Prometheus shows it too. */
  readonly help: string;
}

/** The table. Names and labels stay as they are once released: dashboards and alerts are made of them. */
export const metrics = {
  offshoot_requests_total: {
    type: 'counter',
    labels: ['operation', 'status'],
    help: 'requests answered, those inside $batch too',
  },
  offshoot_request_duration_seconds: {
    type: 'histogram',
    labels: ['operation'],
    help: 'from the end of the request head to the answer',
  },
  offshoot_refusals_total: {
    type: 'counter',
    labels: ['refusal'],
    help: 'requests refused, by the name of the refusal (docs/errors.md)',
  },
  offshoot_tokens_total: {
    type: 'counter',
    labels: ['outcome'],
    help: 'tokens judged: accepted, remembered from an earlier request, or the name of the refusal',
  },
  offshoot_tokens_issued_total: {
    type: 'counter',
    labels: ['grant'],
    help: 'tokens given by the built-in token endpoint, by the type of the grant',
  },
  offshoot_sign_ins_total: {
    type: 'counter',
    labels: ['outcome'],
    help: 'sign-ins of users: done, or why not: user, password, disabled, attempts',
  },
  offshoot_key_set_failures_total: {
    type: 'counter',
    labels: ['issuer'],
    help: 'reads of the keys of an issuer that failed',
  },
  offshoot_throttled_total: { type: 'counter', labels: ['limit'], help: 'requests answered with 429, by the limit' },
  offshoot_simulated_total: {
    type: 'counter',
    labels: ['effect'],
    help: 'requests for which development mode simulated something: throttle, error, latency, license or eventualDelay',
  },
  offshoot_shed_total: {
    type: 'counter',
    labels: ['reason'],
    help: 'requests sent away with 503 by overload: inFlight or delay',
  },
  offshoot_requests_in_flight: { type: 'gauge', labels: [], help: 'requests that are carried out at the moment' },
  offshoot_certificate_expiry_timestamp_seconds: {
    type: 'gauge',
    labels: [],
    help: 'when the certificate of --tls-cert ends, in seconds since 1970; without one there is no value',
  },
  offshoot_units_total: { type: 'counter', labels: [], help: 'units of work written' },
  offshoot_group_units: { type: 'histogram', labels: [], help: 'units that shared one commit' },
  offshoot_group_duration_seconds: {
    type: 'histogram',
    labels: [],
    help: 'from the sending of a group of units to its answer, the commit included',
  },
  offshoot_storage_faults_total: { type: 'counter', labels: [], help: 'units that the storage failed to write' },
  offshoot_spans_lost_total: { type: 'counter', labels: [], help: 'spans that could not be sent to the collector' },
  offshoot_audit_exported_total: { type: 'counter', labels: [], help: 'audit events exported' },
  offshoot_audit_export_failures_total: {
    type: 'counter',
    labels: [],
    help: 'attempts to export audit events that failed',
  },
} as const satisfies Readonly<Record<string, MetricRow>>;

type MetricName = keyof typeof metrics;

export interface Metrics {
  readonly observe: Observe;
  /** Where to ask how many requests are carried out. */
  watchInFlight(read: () => number): void;
  /** The text that Prometheus reads, and its media type. */
  page(): Promise<{ readonly contentType: string; readonly text: string }>;
}

const durations = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const groupSizes = [1, 2, 4, 8, 16, 32, 64, 128];

export function openMetrics(): Metrics {
  const registry = new Registry();
  const own = (name: MetricName) => ({
    name,
    help: metrics[name].help,
    labelNames: [...metrics[name].labels],
    registers: [registry],
  });
  const requests = new Map<string, Map<number, number>>();
  const refusals = new Map<string, number>();
  const tokens = new Map<string, number>();
  // Counted by hand and handed over when somebody asks: each request is spared the library's hashing of labels.
  new Counter({
    ...own('offshoot_requests_total'),
    collect() {
      this.reset();
      for (const [operation, statuses] of requests) {
        for (const [status, count] of statuses) this.inc({ operation, status }, count);
      }
    },
  });
  new Counter({
    ...own('offshoot_refusals_total'),
    collect() {
      this.reset();
      for (const [refusal, count] of refusals) this.inc({ refusal }, count);
    },
  });
  new Counter({
    ...own('offshoot_tokens_total'),
    collect() {
      this.reset();
      for (const [outcome, count] of tokens) this.inc({ outcome }, count);
    },
  });
  const requestDuration = new LabelledHistogram({
    name: 'offshoot_request_duration_seconds',
    help: metrics.offshoot_request_duration_seconds.help,
    label: 'operation',
    bounds: durations,
  });
  // It has the shape that the registry asks of its own.
  registry.registerMetric(requestDuration as unknown as Histogram);
  const keySetFailures = new Counter(own('offshoot_key_set_failures_total'));
  const tokensIssued = new Counter(own('offshoot_tokens_issued_total'));
  const signIns = new Counter(own('offshoot_sign_ins_total'));
  const throttled = new Counter(own('offshoot_throttled_total'));
  const simulated = new Counter(own('offshoot_simulated_total'));
  const shed = new Counter(own('offshoot_shed_total'));
  let inFlight = (): number => 0;
  new Gauge({
    ...own('offshoot_requests_in_flight'),
    collect() {
      this.set(inFlight());
    },
  });
  const certificateExpiry = new Gauge(own('offshoot_certificate_expiry_timestamp_seconds'));
  // It would be 0 at first, long past.
  certificateExpiry.remove();
  const units = new Counter(own('offshoot_units_total'));
  const groupUnits = new Histogram({ ...own('offshoot_group_units'), buckets: groupSizes });
  const groupDuration = new Histogram({ ...own('offshoot_group_duration_seconds'), buckets: durations });
  const storageFaults = new Counter(own('offshoot_storage_faults_total'));

  const auditExported = new Counter(own('offshoot_audit_exported_total'));
  const auditExportFailures = new Counter(own('offshoot_audit_export_failures_total'));
  const spansLost = new Counter(own('offshoot_spans_lost_total'));

  const finish = ({ operation, status, outcome, milliseconds }: EventOf<'requestFinished'>): void => {
    let statuses = requests.get(operation);
    if (!statuses) {
      statuses = new Map();
      requests.set(operation, statuses);
    }
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
    if (outcome !== 'done') count(refusals, outcome);
    requestDuration.observe(operation, milliseconds / 1000);
  };

  return {
    observe(event) {
      switch (event.event) {
        case 'requestFinished':
          return finish(event);
        case 'tokenVerified':
          return count(tokens, event.outcome);
        case 'keySetFailed':
          return keySetFailures.inc({ issuer: event.issuer });
        case 'certificateRead':
        case 'certificateReplaced':
          return certificateExpiry.set(Date.parse(event.expires) / 1000);
        case 'tokenIssued':
          return tokensIssued.inc({ grant: event.grantType });
        case 'userSignedIn':
          return signIns.inc({ outcome: 'done' });
        case 'signInFailed':
          return signIns.inc({ outcome: event.reason });
        case 'requestThrottled':
          return throttled.inc({ limit: event.limit });
        case 'requestSimulated':
          return simulated.inc({ effect: event.effect });
        case 'requestShed':
          return shed.inc({ reason: event.reason });
        case 'groupWritten':
          units.inc(event.units);
          groupUnits.observe(event.units);
          return groupDuration.observe(event.milliseconds / 1000);
        case 'storageFailed':
          return storageFaults.inc(event.units);
        case 'auditExported':
          return auditExported.inc(event.events);
        case 'auditExportFailed':
          return auditExportFailures.inc();
        case 'tracesLost':
          return spansLost.inc(event.spans);
      }
    },
    watchInFlight(read) {
      inFlight = read;
    },
    async page() {
      const whole = Registry.merge([processMetrics(), registry]);
      return { contentType: whole.contentType, text: await whole.metrics() };
    },
  };
}

function count(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

let ofProcess: Registry | undefined;

/** Processor, memory, event loop, garbage collection: one set for the process, from the first time that it is asked for. */
function processMetrics(): Registry {
  if (!ofProcess) {
    ofProcess = new Registry();
    collectDefaultMetrics({ register: ofProcess });
  }
  return ofProcess;
}
