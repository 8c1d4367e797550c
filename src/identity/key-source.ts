// Where a key set's text comes from: a URL, discovery, a file, or the configuration itself.
import type { JSONWebKeySet } from 'jose';
import { readWhole } from '../base/index.js';
import { discover } from './discovery.js';
import { checkAddress, fetchDocument, maximumBytes, type Reach } from './fetch-document.js';

/** Where an issuer publishes its keys. */
export type KeyLocation =
  | { readonly url: string }
  /** The URL of its discovery document. */
  | { readonly discovery: string }
  | { readonly file: string }
  | { readonly jwks: JSONWebKeySet }
  | { readonly own: OwnKeys };

/** Keys of the server's own token endpoint. */
export interface OwnKeys {
  /** Those that there are now, whichever server made them. */
  read(): Promise<JSONWebKeySet>;
  /** Whether this server has made one since they were read. */
  hasChanged(): boolean;
}

/** What a source says at one moment. */
export interface Published {
  /** A JSON Web Key Set. */
  readonly keys: string;
  /** The `iss` of the issuer's access tokens, where the source tells. */
  readonly tokenIssuer?: string;
}

export interface KeySource {
  /** What is published now. Rejects with an ordinary error when it cannot be had. */
  read(): Promise<Published>;
  /** Seconds after which it is read again though every key that was asked for is known. */
  readonly maximumAge: number;
  /** Seconds between two reads, where that is not for the settings to say. */
  readonly cooldown?: number;
  /** Whether there is something new for certain, which is read at once. */
  readonly hasChanged?: () => boolean;
  /** Whether what is read may tell the issuer's name in tokens. */
  readonly namesIssuer: boolean;
}

/** For everything that one read fetches, together. */
const timeoutMilliseconds = 5000;
const maximumUrlAge = 600;
const maximumFileAge = 30;
/** Of the server's own keys, for which a token with an unknown one waits. */
const ownCooldown = 0.1;

/** Refuses, as an error of the configuration, an address that is out of the reach. */
export function openKeySource(issuer: string, location: KeyLocation, reach: Reach): KeySource {
  if ('url' in location) {
    const url = checkAddress(location.url, reach);
    const read = async () => ({ keys: await fetchDocument(url, reach, AbortSignal.timeout(timeoutMilliseconds)) });
    return { read, maximumAge: maximumUrlAge, namesIssuer: false };
  }
  if ('discovery' in location) {
    const address = checkAddress(location.discovery, reach);
    const read = async (): Promise<Published> => {
      const signal = AbortSignal.timeout(timeoutMilliseconds);
      const { keys, tokenIssuer } = await discover(issuer, address, reach, signal);
      return { keys: await fetchDocument(keys, reach, signal), tokenIssuer };
    };
    return { read, maximumAge: maximumUrlAge, namesIssuer: true };
  }
  if ('file' in location) {
    const read = async () => ({ keys: await readKeyFile(location.file) });
    return { read, maximumAge: maximumFileAge, namesIssuer: false };
  }
  if ('own' in location) {
    const { own } = location;
    const read = async () => ({ keys: JSON.stringify(await own.read()) });
    return {
      read,
      maximumAge: maximumFileAge,
      cooldown: ownCooldown,
      hasChanged: () => own.hasChanged(),
      namesIssuer: false,
    };
  }
  const keys = JSON.stringify(location.jwks);
  return { read: async () => ({ keys }), maximumAge: Number.POSITIVE_INFINITY, namesIssuer: false };
}

export function readKeyFile(file: string): Promise<string> {
  return readWhole(file, maximumBytes);
}
