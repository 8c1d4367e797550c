// Spans → a collector, as JSON over http (OTLP/HTTP), some at a time and never in a request's way.
import { gzipSync } from 'node:zlib';
import type { TraceSettings } from './trace-settings.js';

export interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentId: string | undefined;
  readonly name: string;
  /** Milliseconds since 1970, with a fraction. */
  readonly start: number;
  readonly end: number;
  readonly failed: boolean;
  readonly attributes: Readonly<Record<string, string | number | undefined>>;
}

export interface SpanSender {
  add(span: Span): void;
  close(): Promise<void>;
}

type SenderOptions = Omit<TraceSettings, 'sampler'> & {
  readonly onLost: (spans: number, error: unknown) => void;
};

/** What a collector answers when the same may succeed later (OTLP specification, section "Retryable Response Codes"). */
const retryable: ReadonlySet<number> = new Set([429, 502, 503, 504]);
const mostAttempts = 3;
/** How long the last spans may take, in milliseconds. */
const patience = 5000;

export function openSpanSender(options: SenderOptions): SpanSender {
  const { mostWaiting, mostTogether, delay, onLost } = options;
  let waiting: Span[] = [];
  let overflowed = 0;
  let sending: Promise<void> | undefined;

  const sendAll = async (): Promise<void> => {
    while (waiting.length > 0) {
      const spans = waiting.slice(0, mostTogether);
      waiting = waiting.slice(mostTogether);
      await send(spans, options).catch((error) => onLost(spans.length, error));
    }
    if (overflowed > 0) onLost(overflowed, new Error('more spans came than could be sent'));
    overflowed = 0;
  };
  const start = (): Promise<void> => {
    sending ??= sendAll().finally(() => {
      sending = undefined;
    });
    return sending;
  };
  const timer = setInterval(() => void start(), delay).unref();

  return {
    add(span) {
      if (waiting.length >= mostWaiting) overflowed++;
      else waiting.push(span);
      if (waiting.length >= mostTogether) void start();
    },
    async close() {
      clearInterval(timer);
      const sent = (sending ?? Promise.resolve()).then(start);
      await Promise.race([sent, new Promise((resolve) => setTimeout(resolve, patience).unref())]);
    },
  };
}

async function send(spans: readonly Span[], options: SenderOptions): Promise<void> {
  const text = JSON.stringify(requestOf(spans, options.resource));
  const body = options.compressed ? gzipSync(text) : text;
  for (let attempt = 1; ; attempt++) {
    const response = await fetch(options.url, {
      method: 'POST',
      headers: {
        ...options.headers,
        'content-type': 'application/json',
        ...(options.compressed && { 'content-encoding': 'gzip' }),
      },
      body,
      redirect: 'error',
      signal: AbortSignal.timeout(options.timeout),
    });
    await response.arrayBuffer();
    if (response.ok) return;
    if (!retryable.has(response.status) || attempt === mostAttempts) {
      throw new Error(`the collector answered ${response.status}`);
    }
    const seconds = Number(response.headers.get('retry-after')) || attempt;
    await new Promise((resolve) => setTimeout(resolve, Math.min(seconds, 10) * 1000));
  }
}

/** ExportTraceServiceRequest in its JSON form: ids in hexadecimal, 64-bit numbers as texts. */
function requestOf(spans: readonly Span[], resource: Readonly<Record<string, string>>): object {
  return {
    resourceSpans: [
      {
        resource: { attributes: attributesOf(resource) },
        scopeSpans: [{ scope: { name: 'offshoot' }, spans: spans.map(spanMessage) }],
      },
    ],
  };
}

const kindServer = 2;
const statusError = 2;

function spanMessage({ traceId, spanId, parentId, name, start, end, failed, attributes }: Span): object {
  return {
    traceId,
    spanId,
    ...(parentId !== undefined && { parentSpanId: parentId }),
    name,
    kind: kindServer,
    startTimeUnixNano: nanoseconds(start),
    endTimeUnixNano: nanoseconds(end),
    attributes: attributesOf(attributes),
    status: failed ? { code: statusError } : {},
  };
}

function attributesOf(attributes: Readonly<Record<string, string | number | undefined>>): object[] {
  return Object.entries(attributes).flatMap(([key, value]) => {
    if (value === undefined) return [];
    return [{ key, value: typeof value === 'number' ? { intValue: String(value) } : { stringValue: value } }];
  });
}

/** More digits than a number holds. */
function nanoseconds(milliseconds: number): string {
  return String(BigInt(Math.round(milliseconds * 1000)) * 1000n);
}
