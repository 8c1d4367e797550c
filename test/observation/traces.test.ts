// Traces, seen by a collector: which spans come, below which, and what becomes of those that cannot be sent.
import assert from 'node:assert/strict';
import { createServer as createHttpServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, type TestContext, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { type EventOf, openTraces, readTraceSettings } from '../../src/observation/index.js';
import { development, serveBy, temporaryFolder, within } from '../cli/program.js';
import { call } from '../support.js';

interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly { key: string; value: Record<string, string> }[];
  readonly status: { code?: number };
}

interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: { resourceSpans: { resource: { attributes: object[] }; scopeSpans: { spans: Span[] }[] }[] };
}

/** Receives what a collector would; answers with these statuses first, then with 200. */
async function collect(t: TestContext, ...statuses: number[]) {
  const received: Received[] = [];
  const server = createHttpServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(Buffer.from(chunk));
    const bytes = Buffer.concat(chunks);
    const text = request.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes;
    const status = statuses.shift() ?? 200;
    if (status === 200) {
      received.push({ path: String(request.url), headers: request.headers, body: JSON.parse(text.toString()) });
    }
    response.writeHead(status, { 'retry-after': '0.01' }).end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close().closeAllConnections());
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const spans = () =>
    received.flatMap(({ body }) =>
      body.resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans)),
    );
  return { endpoint, received, spans };
}

const attribute = ({ attributes }: Span, key: string) => {
  const value = attributes.find((each) => each.key === key)?.value;
  return value && Object.values(value)[0];
};

const event: EventOf<'requestFinished'> = {
  event: 'requestFinished',
  requestId: '01a20ba1-3c21-796f-9e02-79922d603fd8',
  clientRequestId: 'x',
  batchId: undefined,
  method: 'GET',
  operation: 'list derivedCredentials',
  status: 200,
  outcome: 'done',
  milliseconds: 2,
  tenantId: 't',
  applicationId: undefined,
  userId: 'the-user',
  userPrincipalName: 'someone@example.com',
  ipAddress: '192.0.2.7',
  simulated: undefined,
  traceparent: undefined,
};

/** The spans that come of the events under these variables, and how many were lost. */
async function traced(
  t: TestContext,
  environment: Record<string, string>,
  events: readonly Partial<typeof event>[],
  { statuses = [], personal = false }: { statuses?: number[]; personal?: boolean } = {},
) {
  const { endpoint, received, spans } = await collect(t, ...statuses);
  const settings = readTraceSettings({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, ...environment });
  assert.ok(settings);
  let lost = 0;
  const traces = openTraces({ ...settings, personal, onLost: (count) => (lost += count) });
  for (const each of events) traces.observe({ ...event, ...each });
  await traces.close();
  return { received, spans: spans(), lost };
}

const caller = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-';

describe('a request', () => {
  test('is a span with its operation, outcome and ids, and nobody personal', async (t) => {
    const { spans, received } = await traced(t, { OTEL_SERVICE_NAME: 'graph' }, [{}]);
    const [span] = spans;
    assert.ok(span);
    assert.equal(span.name, 'list derivedCredentials');
    assert.equal(span.kind, 2);
    assert.equal(span.traceId, '01a20ba13c21796f9e0279922d603fd8', 'the id of the request');
    assert.equal(span.parentSpanId, undefined);
    assert.equal(BigInt(span.endTimeUnixNano) - BigInt(span.startTimeUnixNano), 2_000_000n);
    assert.equal(attribute(span, 'http.response.status_code'), '200');
    assert.equal(attribute(span, 'offshoot.tenant.id'), 't');
    assert.doesNotMatch(JSON.stringify(received), /the-user|someone|192\.0\.2\.7/);
    const [resource] = received[0]?.body.resourceSpans ?? [];
    assert.deepEqual(resource?.resource.attributes, [{ key: 'service.name', value: { stringValue: 'graph' } }]);
  });

  test('tells the user where a setting says so, and fails with 5xx', async (t) => {
    const { spans } = await traced(t, {}, [{ status: 503 }], { personal: true });
    assert.equal(spans[0] && attribute(spans[0], 'user.id'), 'the-user');
    assert.deepEqual(spans[0]?.status, { code: 2 });
  });

  test('lies below the span that its caller names, unless the caller says that nobody looks', async (t) => {
    const events = ['01', '00', '03'].map((flags) => ({ traceparent: `${caller}${flags}` }));
    const { spans } = await traced(t, {}, events);
    assert.equal(spans.length, 2);
    assert.equal(spans[0]?.traceId, '0af7651916cd43dd8448eb211c80319c');
    assert.equal(spans[0]?.parentSpanId, 'b7ad6b7169203331');
  });

  for (const wrong of [
    'x',
    `ff${caller.slice(2)}01`,
    `${caller}01-more`,
    `00-${'0'.repeat(32)}-b7ad6b7169203331-01`,
    `00-0af7651916cd43dd8448eb211c80319c-${'0'.repeat(16)}-01`,
    `${caller}01`.toUpperCase(),
  ]) {
    test(`begins a trace of its own where traceparent is ${wrong}`, async (t) => {
      const { spans } = await traced(t, {}, [{ traceparent: wrong }]);
      assert.equal(spans[0]?.parentSpanId, undefined);
    });
  }

  test('of a later version of traceparent lies below its caller too', async (t) => {
    const { spans } = await traced(t, {}, [{ traceparent: `cc${caller.slice(2)}01-what-the-future-holds` }]);
    assert.equal(spans[0]?.parentSpanId, 'b7ad6b7169203331');
  });

  test('of a batch lies below the batch', async (t) => {
    const part = { requestId: '01a20ba1-3c47-7999-b2d4-21f1512ee94d', batchId: event.requestId };
    const { spans } = await traced(t, {}, [part, {}]);
    assert.equal(spans[0]?.parentSpanId, spans[1]?.spanId);
    assert.equal(spans[0]?.traceId, spans[1]?.traceId);
  });
});

describe('the sampler', () => {
  const given = { traceparent: `${caller}01` };
  for (const [name, argument, own, callers] of [
    ['always_on', '', 1, 1],
    ['always_off', '', 0, 0],
    ['parentbased_always_off', '', 0, 1],
    ['traceidratio', '0', 0, 0],
    ['parentbased_traceidratio', '1', 1, 1],
  ] as const) {
    test(`${name} ${argument}`, async (t) => {
      const environment = { OTEL_TRACES_SAMPLER: name, OTEL_TRACES_SAMPLER_ARG: argument };
      assert.equal((await traced(t, environment, [{}])).spans.length, own);
      assert.equal((await traced(t, environment, [given])).spans.length, callers);
    });
  }
});

describe('spans', () => {
  test('are sent with the headers and the compression that variables ask for, some at a time', async (t) => {
    const environment = {
      OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Basic%20abc,x-a=1',
      OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip',
      OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '2',
    };
    const { received, spans } = await traced(t, environment, [{}, {}, {}]);
    assert.equal(spans.length, 3);
    assert.equal(received.length, 2);
    const { path, headers } = received[0] ?? {};
    assert.deepEqual(
      [path, headers?.authorization, headers?.['x-a'], headers?.['content-type']],
      ['/v1/traces', 'Basic abc', '1', 'application/json'],
    );
  });

  test('are sent again to a collector that cannot now, and are lost to one that never will', async (t) => {
    assert.equal((await traced(t, {}, [{}], { statuses: [503, 429] })).spans.length, 1);
    assert.equal((await traced(t, {}, [{}, {}], { statuses: [400] })).lost, 2);
  });

  test('that are more than may wait are lost, and told', async (t) => {
    const { spans, lost } = await traced(t, { OTEL_BSP_MAX_QUEUE_SIZE: '2' }, [{}, {}, {}, {}, {}]);
    assert.deepEqual([spans.length, lost], [2, 3]);
  });
});

describe('the variables', () => {
  const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://localhost:4318/' };
  test('turn traces on by an endpoint alone, and off again', () => {
    assert.equal(readTraceSettings({}), undefined);
    assert.equal(readTraceSettings(endpoint)?.url, 'http://localhost:4318/v1/traces');
    const own = { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://localhost:4318/mine' };
    assert.equal(readTraceSettings({ ...endpoint, ...own })?.url, 'http://localhost:4318/mine');
    assert.equal(readTraceSettings({ ...endpoint, OTEL_SDK_DISABLED: 'true' }), undefined);
    assert.equal(readTraceSettings({ ...endpoint, OTEL_TRACES_EXPORTER: 'none' }), undefined);
  });

  for (const [name, value] of [
    ['OTEL_EXPORTER_OTLP_PROTOCOL', 'grpc'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'localhost:4318'],
    ['OTEL_TRACES_SAMPLER', 'jaeger_remote'],
    ['OTEL_TRACES_SAMPLER_ARG', '2'],
    ['OTEL_EXPORTER_OTLP_CERTIFICATE', 'ca.pem'],
    ['OTEL_EXPORTER_OTLP_TIMEOUT', 'long'],
    ['OTEL_PROPAGATORS', 'b3'],
    ['OTEL_TRACES_EXPORTER', 'zipkin'],
  ] as const) {
    test(`that are not understood are refused by name: ${name}=${value}`, () => {
      const sampler = name === 'OTEL_TRACES_SAMPLER_ARG' ? { OTEL_TRACES_SAMPLER: 'traceidratio' } : {};
      assert.throws(() => readTraceSettings({ ...endpoint, ...sampler, [name]: value }), new RegExp(name));
    });
  }
});

test('a running server sends its spans, those of a batch below it, the last of them when it stops', async (t) => {
  const { endpoint, spans } = await collect(t);
  const data = await temporaryFolder(t);
  const variables = [`OTEL_EXPORTER_OTLP_ENDPOINT=${endpoint}`, 'OTEL_BSP_SCHEDULE_DELAY=50'];
  const { ready, stop } = await serveBy(t, ['env', ...variables], ...development(data));
  const requests = [{ id: '1', method: 'GET', url: '/deviceManagement/derivedCredentials' }];
  const headers = { traceparent: `${caller}01` };
  await call(ready, 'POST', '/beta/$batch', { token: ready.token, body: { requests }, headers });
  await within(5000, async () => spans().length === 2);
  const [part, batch] = spans();
  assert.deepEqual([part?.name, batch?.name], ['list derivedCredentials', 'batch']);
  assert.equal(part?.parentSpanId, batch?.spanId);
  assert.equal(batch?.parentSpanId, 'b7ad6b7169203331');
  assert.equal(part?.traceId, batch?.traceId);
  await call(ready, 'GET', '/beta/me', { token: null });
  await stop();
  assert.equal(spans().length, 3);
});
