// What the standard variables of OpenTelemetry say of traces.

type Environment = Readonly<Record<string, string | undefined>>;

export interface TraceSettings {
  /** Where spans are sent: `http://localhost:4318/v1/traces`. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** How long one sending may take, in milliseconds. */
  readonly timeout: number;
  readonly compressed: boolean;
  /** `service.name` and what else is known of this server. */
  readonly resource: Readonly<Record<string, string>>;
  readonly sampler: Sampler;
  /** How long a span waits for others, in milliseconds; how many wait at most; how many are sent at once. */
  readonly delay: number;
  readonly mostWaiting: number;
  readonly mostTogether: number;
}

export interface Sampler {
  /** Whether a caller that has decided already decides for us. */
  readonly parentBased: boolean;
  /** The share of the other traces that are recorded, from 0 to 1. */
  readonly ratio: number;
}

const prefix = 'OTEL_EXPORTER_OTLP_';

/**
 * Undefined unless an endpoint is set, or where traces are turned off. Refuses (Error), by the variable's name, what it says
 * that is not understood: spans go as JSON over http. (OpenTelemetry specification: configuration/sdk-environment-variables
 * and protocol/exporter)
 */
export function readTraceSettings(environment: Environment): TraceSettings | undefined {
  // An empty variable is as good as none.
  const of = (name: string): string | undefined => environment[name] || undefined;
  const ofTraces = (name: string): string | undefined => of(`${prefix}TRACES_${name}`) ?? of(`${prefix}${name}`);
  const oneOf = <Choice extends string>(name: string, value: string | undefined, ...choices: Choice[]) => {
    const choice = choices.find((each) => each === value);
    if (value !== undefined && choice === undefined) {
      throw new Error(`${name} is '${value}', of which only ${choices.join(' and ')} can be had here`);
    }
    return choice;
  };
  const number = (name: string, value: string | undefined, otherwise: number): number => {
    if (value === undefined) return otherwise;
    if (/^\d{1,9}$/.test(value)) return Number(value);
    throw new Error(`${name} is '${value}', which is no whole number`);
  };

  const url = of(`${prefix}TRACES_ENDPOINT`) ?? below(of(`${prefix}ENDPOINT`));
  if (url === undefined || of('OTEL_SDK_DISABLED')?.toLowerCase() === 'true') return undefined;
  if (oneOf('OTEL_TRACES_EXPORTER', of('OTEL_TRACES_EXPORTER'), 'otlp', 'none') === 'none') return undefined;
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw new Error(`${prefix}ENDPOINT is '${url}', which is no http or https URL`);
  }
  oneOf(`${prefix}PROTOCOL`, ofTraces('PROTOCOL'), 'http/json');
  oneOf('OTEL_PROPAGATORS', of('OTEL_PROPAGATORS'), 'tracecontext', 'tracecontext,baggage');
  for (const name of ['CERTIFICATE', 'CLIENT_KEY', 'CLIENT_CERTIFICATE']) {
    if (ofTraces(name) === undefined) continue;
    throw new Error(`${prefix}${name} cannot be used here; NODE_EXTRA_CA_CERTS names further authorities`);
  }
  return {
    url,
    headers: pairs(ofTraces('HEADERS')),
    timeout: number(`${prefix}TIMEOUT`, ofTraces('TIMEOUT'), 10_000),
    compressed: oneOf(`${prefix}COMPRESSION`, ofTraces('COMPRESSION'), 'gzip', 'none') === 'gzip',
    resource: {
      'service.name': 'offshoot',
      ...pairs(of('OTEL_RESOURCE_ATTRIBUTES')),
      ...(of('OTEL_SERVICE_NAME') !== undefined && { 'service.name': String(of('OTEL_SERVICE_NAME')) }),
    },
    sampler: samplerOf(of('OTEL_TRACES_SAMPLER') ?? 'parentbased_always_on', of('OTEL_TRACES_SAMPLER_ARG')),
    delay: number('OTEL_BSP_SCHEDULE_DELAY', of('OTEL_BSP_SCHEDULE_DELAY'), 5000),
    mostWaiting: number('OTEL_BSP_MAX_QUEUE_SIZE', of('OTEL_BSP_MAX_QUEUE_SIZE'), 2048),
    mostTogether: number('OTEL_BSP_MAX_EXPORT_BATCH_SIZE', of('OTEL_BSP_MAX_EXPORT_BATCH_SIZE'), 512),
  };
}

/** The path of traces below an endpoint for every signal. */
function below(endpoint: string | undefined): string | undefined {
  return endpoint === undefined ? undefined : `${endpoint.replace(/\/$/, '')}/v1/traces`;
}

/** `a=1,b=2`, names and values percent-encoded. */
function pairs(text = ''): Record<string, string> {
  const items = text.split(',').filter((item) => item.includes('='));
  return Object.fromEntries(
    items.map((item) => {
      const [name = '', ...value] = item.split('=');
      return [decoded(name.trim()), decoded(value.join('=').trim())];
    }),
  );
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function samplerOf(name: string, argument: string | undefined): Sampler {
  const [, parentBased, kind] = /^(parentbased_)?(always_on|always_off|traceidratio)$/.exec(name) ?? [];
  const ratio = kind === 'traceidratio' ? Number(argument ?? 1) : kind === 'always_off' ? 0 : 1;
  if (kind === undefined) throw new Error(`OTEL_TRACES_SAMPLER is '${name}', which cannot be had here`);
  if (!(ratio >= 0 && ratio <= 1)) throw new Error(`OTEL_TRACES_SAMPLER_ARG is '${argument}', which is no share`);
  return { parentBased: parentBased !== undefined, ratio };
}
