// An issuer in full, as the settings file and --issuer have it: its properties in one table, and what is wrong with one.
import { isUuid, nearest } from '../base/index.js';

/** Which claims say what; each a path, or several of which the first that a token has counts. */
export const claimNames = {
  tenant: 'the tenant',
  scopes: "the permissions of a user's token",
  roles: "the permissions of an application's token",
  application: "claims that are in an application's token alone",
  userId: "the user's id",
  userName: "the user's principal name",
  displayName: "the user's name for people",
  applicationId: "the application's id",
  applicationName: "the application's name for people",
} as const;

export type ClaimName = keyof typeof claimNames;

export interface IssuerSetting {
  readonly issuer: string;
  readonly discovery?: string;
  readonly jwks?: string;
  readonly tenants?: readonly string[];
  readonly audiences?: readonly string[];
  readonly claims?: Readonly<Partial<Record<ClaimName, string | readonly string[]>>>;
}

interface PropertyRow {
  readonly description: string;
  readonly schema: Readonly<Record<string, unknown>>;
  /** How the sentence ends that says what a value must be. */
  readonly expected: string;
  readonly accepts: (value: unknown) => boolean;
}

/** Stands in `tenants` for all of them. */
const anyTenant = '*';

const texts = { type: 'array', items: { type: 'string', minLength: 1 }, minItems: 1 };
const text = { schema: { type: 'string', minLength: 1 }, expected: 'a text', accepts: isText };
const uuidForm = '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$';
const claimSchema = { anyOf: [{ type: 'string', minLength: 1 }, texts] };

/** The properties of an issuer, from which the schema of the file and the docs are made. */
export const issuerProperties: Readonly<Record<keyof IssuerSetting, PropertyRow>> = {
  issuer: { ...text, description: 'its name, as its discovery document has it; {tenantid} stands for the tenant' },
  discovery: {
    ...text,
    description: 'the URL of its discovery document; else /.well-known/openid-configuration below its name',
  },
  jwks: { ...text, description: 'its key set instead of discovery: an https URL, or the path of a file' },
  tenants: {
    description: 'the tenants that it speaks for, or "*" for all; one alone need not be in its tokens',
    schema: {
      type: 'array',
      items: { anyOf: [{ const: anyTenant }, { type: 'string', pattern: uuidForm }] },
      minItems: 1,
    },
    expected: 'a list of UUIDs, or of "*"',
    accepts: (value) => isList(value, (item) => item === anyTenant || (isText(item) && isUuid(item))),
  },
  audiences: {
    description: 'what the `aud` of its tokens must name, in place of --audience',
    schema: texts,
    expected: 'a list of texts',
    accepts: (value) => isList(value, isText),
  },
  claims: {
    description: `which claims of its tokens tell what, where they are not Entra's`,
    schema: {
      type: 'object',
      properties: Object.fromEntries(
        Object.entries(claimNames).map(([name, description]) => [name, { description, ...claimSchema }]),
      ),
      additionalProperties: false,
    },
    expected: `an object with ${Object.keys(claimNames).join(', ')}, each a text or a list of texts`,
    accepts: (value) =>
      isObject(value) &&
      Object.entries(value).every(
        ([name, paths]) => Object.hasOwn(claimNames, name) && (isText(paths) || isList(paths, isText)),
      ),
  },
};

/** What is wrong with an item of a list of issuers, as the end of a sentence; undefined if nothing is. */
export function judgeIssuer(value: unknown): string | undefined {
  if (isText(value)) return undefined;
  if (!isObject(value)) return 'must be a list of issuers, each a text or an object';
  for (const [name, given] of Object.entries(value)) {
    const names = Object.keys(issuerProperties);
    if (!names.includes(name)) return `has '${name}', which is no property of an issuer.${nearest(name, names)}`;
    const { accepts, expected } = issuerProperties[name as keyof IssuerSetting];
    if (!accepts(given)) return `has '${name}', which must be ${expected}`;
  }
  if (value.issuer === undefined) return "has an object without 'issuer'";
  return value.jwks !== undefined && value.discovery !== undefined
    ? "has 'jwks' and 'discovery' for one issuer, of which one is enough"
    : undefined;
}

/** JSON Schema of an issuer. */
export function issuerSchema(): Readonly<Record<string, unknown>> {
  const properties = Object.entries(issuerProperties).map(([name, { description, schema }]) => {
    return [name, { description, ...schema }];
  });
  return {
    anyOf: [
      { type: 'string', minLength: 1 },
      {
        type: 'object',
        properties: Object.fromEntries(properties),
        required: ['issuer'],
        not: { properties: { jwks: true, discovery: true }, required: ['jwks', 'discovery'] },
        additionalProperties: false,
      },
    ],
  };
}

/** The text of one issuer: JSON where it begins as an object does. Undefined for a text that begins so and is none. */
export function readIssuer(given: string): unknown {
  if (!given.trimStart().startsWith('{')) return given;
  try {
    return JSON.parse(given);
  } catch {
    return undefined;
  }
}

/** Every issuer in full; those that are given by their names alone have the --jwks in the same place. */
export function issuersIn(issuers: readonly (string | IssuerSetting)[], jwks: readonly string[]): IssuerSetting[] {
  let plain = 0;
  return issuers.map((issuer) => {
    if (typeof issuer !== 'string') return issuer;
    const keys = jwks[plain++];
    return keys === undefined ? { issuer } : { issuer, jwks: keys };
  });
}

/** Whether its tokens can speak for some tenants alone. */
export function isBound({ issuer, tenants }: IssuerSetting): boolean {
  return tenants !== undefined || issuer.includes('{tenantid}') || issuer.split('/').some(isUuid);
}

/** The tenants of an issuer as the identity room takes them: undefined for those of its name, or all. */
export function tenantsOf({ tenants }: IssuerSetting): readonly string[] | 'any' | undefined {
  return tenants?.includes(anyTenant) ? 'any' : tenants;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function isList(value: unknown, accepts: (item: unknown) => boolean): boolean {
  return Array.isArray(value) && value.length > 0 && value.every(accepts);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
