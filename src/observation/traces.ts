// Events → spans of OpenTelemetry: one for each request, below the one that its caller names.
import type { EventOf, Observe } from './events.js';
import { openSpanSender, type Span } from './span-sender.js';
import type { Sampler, TraceSettings } from './trace-settings.js';

export interface Traces {
  readonly observe: Observe;
  /** Sends what waits. */
  close(): Promise<void>;
}

export interface TracesOptions extends TraceSettings {
  /** Whether spans tell who the user is. */
  readonly personal: boolean;
  /** Told of what could not be sent. */
  readonly onLost: (spans: number, error: unknown) => void;
}

export function openTraces(options: TracesOptions): Traces {
  const sender = openSpanSender(options);
  return {
    observe(event) {
      if (event.event !== 'requestFinished') return;
      const context = contextOf(event);
      if (isSampled(context, options.sampler)) sender.add(spanOf(event, context, options));
    },
    close: () => sender.close(),
  };
}

interface Context {
  readonly traceId: string;
  readonly parentId: string | undefined;
  /** What a caller decided; undefined where none did. */
  readonly sampled: boolean | undefined;
}

/** W3C Trace Context, section 3.2; a later version may have more behind it. */
const traceparentForm = /^(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;

/**
 * A request of a batch lies below the batch, in its trace. A trace that begins here has the request's id for its own, so that
 * it can be found by that.
 */
function contextOf({ requestId, batchId, traceparent }: EventOf<'requestFinished'>): Context {
  const [, version, traceId, parentId, flags, more] = traceparentForm.exec(traceparent ?? '') ?? [];
  const isGiven = traceId !== undefined && !(version === '00' && more !== undefined);
  return {
    traceId: isGiven ? traceId : hexOf(batchId ?? requestId),
    parentId: batchId === undefined ? (isGiven ? parentId : undefined) : spanIdOf(batchId),
    sampled: isGiven ? (Number.parseInt(flags ?? '', 16) & 1) === 1 : undefined,
  };
}

function isSampled({ traceId, sampled }: Context, { parentBased, ratio }: Sampler): boolean {
  if (parentBased && sampled !== undefined) return sampled;
  // The last digits are random (W3C Trace Context 2, section 4.2), and the same for all of a trace.
  return Number.parseInt(traceId.slice(-13), 16) < ratio * 16 ** 13;
}

function spanOf(event: EventOf<'requestFinished'>, { traceId, parentId }: Context, { personal }: TracesOptions): Span {
  const end = Date.now();
  return {
    traceId,
    parentId,
    spanId: spanIdOf(event.requestId),
    name: event.operation,
    start: end - event.milliseconds,
    end,
    failed: event.status >= 500,
    attributes: {
      'http.request.method': event.method,
      'http.response.status_code': event.status,
      'offshoot.outcome': event.outcome,
      'offshoot.request.id': event.requestId,
      'offshoot.tenant.id': event.tenantId,
      'offshoot.application.id': event.applicationId,
      ...(personal && { 'user.id': event.userId, 'client.address': event.ipAddress }),
    },
  };
}

function hexOf(uuid: string): string {
  return uuid.replaceAll('-', '');
}

/** The random half of a request's id. */
function spanIdOf(requestId: string): string {
  return hexOf(requestId).slice(16);
}
