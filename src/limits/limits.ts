// How many requests are allowed: Intune's published figures, or those of a file.
import { nearest, readWhole, reasonOf } from '../base/index.js';

const limitScopes = ['tenant', 'application'] as const;
const limitedRequests = ['all', 'writes', 'reads'] as const;

/** At most so many requests in any so many seconds. */
export interface Limit {
  /** Names it in the log and in metrics. */
  readonly name: string;
  /** Whose requests are counted together: a tenant's, or those of one application in one tenant. */
  readonly per: (typeof limitScopes)[number];
  /** Reads are GET, HEAD and OPTIONS, writes are the others. */
  readonly requests: (typeof limitedRequests)[number];
  readonly most: number;
  readonly seconds: number;
}

/** Of Intune's device configuration (Microsoft Graph throttling limits, "Intune device configuration service limits"). */
export const intuneLimits: readonly Limit[] = [
  { name: 'tenant-writes', per: 'tenant', requests: 'writes', most: 200, seconds: 20 },
  { name: 'application-writes', per: 'application', requests: 'writes', most: 100, seconds: 20 },
  { name: 'tenant', per: 'tenant', requests: 'all', most: 2000, seconds: 20 },
  { name: 'application', per: 'application', requests: 'all', most: 1000, seconds: 20 },
];

const ranges = { most: [1, 1_000_000], seconds: [1, 3600] } as const;
const mostLimits = 100;

/** `intune`, `none`, or the path of a file. Refuses (Error) a file that cannot be read, and every wrong place in it by name. */
export async function readLimits(choice: string): Promise<readonly Limit[]> {
  if (choice === 'none') return [];
  if (choice === 'intune') return intuneLimits;
  try {
    return limitsOf(JSON.parse(await readWhole(choice)));
  } catch (error) {
    throw new Error(`The limits of '${choice}' cannot be used: ${reasonOf(error)}`, { cause: error });
  }
}

/** The limits of the content of a file, or of what else `name` says: `{"limits": [{"name", "per", "requests", "most", "seconds"}, …]}`. */
export function limitsOf(content: unknown, name = 'the file'): readonly Limit[] {
  const problems: string[] = [];
  const object = (value: unknown, place: string, names: readonly string[]): Readonly<Record<string, unknown>> => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      problems.push(`${place} must be an object`);
      return {};
    }
    for (const name of Object.keys(value)) {
      if (!names.includes(name)) problems.push(`${place} has no '${name}'.${nearest(name, names)}`);
    }
    return value as Record<string, unknown>;
  };
  const { limits } = object(content, name, ['$schema', 'limits']);
  if (!Array.isArray(limits) || limits.length > mostLimits) {
    problems.push(`limits must be a list of up to ${mostLimits} items`);
  }
  const found = (Array.isArray(limits) ? limits : []).map((item: unknown, index) => {
    const place = `limits[${index}]`;
    const row = object(item, place, ['name', 'per', 'requests', 'most', 'seconds']);
    if (typeof row.name !== 'string' || !/^[\w-]{1,64}$/.test(row.name)) {
      problems.push(`${place}.name must be up to 64 letters, digits, - and _`);
    }
    for (const [name, choices] of [['per', limitScopes] as const, ['requests', limitedRequests] as const]) {
      if (!choices.some((choice) => choice === row[name])) {
        problems.push(`${place}.${name} must be one of ${choices.join(', ')}`);
      }
    }
    for (const [name, [least, most]] of Object.entries(ranges)) {
      const value = row[name];
      if (!Number.isInteger(value) || Number(value) < least || Number(value) > most) {
        problems.push(`${place}.${name} must be a whole number from ${least} to ${most}`);
      }
    }
    return row as unknown as Limit;
  });
  const names = found.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (twice !== undefined) problems.push(`the name '${twice}' is given twice`);
  if (problems.length > 0) throw new Error(problems.join('; '));
  return found;
}

/** JSON Schema 2020-12 of the file. */
export function limitsSchema(): Readonly<Record<string, unknown>> {
  const whole = ([minimum, maximum]: readonly [number, number]) => ({ type: 'integer', minimum, maximum });
  const properties = {
    name: {
      description: 'names the limit in the log and in metrics',
      type: 'string',
      pattern: '^[A-Za-z0-9_-]{1,64}$',
    },
    per: { description: 'whose requests are counted together', enum: limitScopes },
    requests: { description: 'reads are GET, HEAD and OPTIONS, writes are the others', enum: limitedRequests },
    most: { description: 'how many requests are allowed', ...whole(ranges.most) },
    seconds: { description: 'in any so many seconds', ...whole(ranges.seconds) },
  };
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Offshoot rate limits',
    description: 'The file that --limits names.',
    type: 'object',
    properties: {
      $schema: { type: 'string' },
      limits: {
        type: 'array',
        maxItems: mostLimits,
        items: { type: 'object', properties, required: Object.keys(properties), additionalProperties: false },
      },
    },
    required: ['limits'],
    additionalProperties: false,
  };
}
