// Whose tokens a server takes: its settings as the identity room has them.
import { createSecureContext } from 'node:tls';
import { readWhole, reasonOf } from './base/index.js';
import { type IssuerSetting, issuersIn, type ServerSettings, tenantsOf } from './config/index.js';
import {
  type ClaimMapping,
  checkKeySetFile,
  discoveryAddress,
  graphAudiences,
  type Issuer,
  type KeyLocation,
  type Reach,
} from './identity/index.js';

/** In development mode Graph's own are accepted too: the tokens that it prints have them. */
export function audiencesOf({ dev, audience }: ServerSettings): readonly string[] {
  if (audience.length === 0) return graphAudiences;
  return dev ? [...graphAudiences, ...audience] : audience;
}

export function issuersOf({ issuer, jwks }: ServerSettings): Promise<Issuer[]> {
  return Promise.all(
    issuersIn(issuer, jwks).map(async (given) => {
      const keys = await keysOf(given);
      return {
        issuer: given.issuer,
        keys,
        tenants: tenantsOf(given),
        audiences: given.audiences,
        claims: claimsOf(given),
      };
    }),
  );
}

/** Refuses a key set file that cannot be read or is none; what a URL answers may be better later on. */
async function keysOf({ issuer, jwks, discovery }: IssuerSetting): Promise<KeyLocation> {
  if (jwks === undefined) return { discovery: discovery ?? discoveryAddress(issuer) };
  if (/^https?:/i.test(jwks)) return { url: jwks };
  await checkKeySetFile(jwks).catch((error: unknown) => {
    throw new Error(`The key set '${jwks}' of ${issuer} cannot be used: ${reasonOf(error)}.`, { cause: error });
  });
  return { file: jwks };
}

function claimsOf({ claims = {} }: IssuerSetting): Partial<ClaimMapping> {
  return Object.fromEntries(Object.entries(claims).map(([name, paths]) => [name, [paths].flat()]));
}

export async function reachOf({ dev, issuerCa }: ServerSettings): Promise<Reach> {
  if (issuerCa === undefined) return { allowLoopbackHttp: dev };
  try {
    const certificateAuthorities = await readWhole(issuerCa);
    createSecureContext({ ca: certificateAuthorities });
    return { allowLoopbackHttp: dev, certificateAuthorities };
  } catch (error) {
    throw new Error(`The certificate authorities in '${issuerCa}' cannot be used: ${reasonOf(error)}.`, {
      cause: error,
    });
  }
}
