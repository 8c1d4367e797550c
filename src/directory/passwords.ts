// Passwords of users: which are taken, how they are kept and verified.
import { randomBytes, randomInt, scrypt, timingSafeEqual } from 'node:crypto';
import { GraphError } from '../base/index.js';
import type { User } from '../plan/index.js';

/** What one password alone has to have (NIST SP 800-63B-4, section 3.1.1.2), in characters. */
const leastLength = 15;
const mostLength = 256;
/** Fewer different characters are soon tried. */
const leastVariety = 5;

interface Cost {
  /** Of N, the logarithm to base 2. */
  readonly log2: number;
  readonly r: number;
  readonly p: number;
}

/**
 * 32 MB and three passes, of a strength that OWASP's cheat sheet on password storage names among its least (N = 2^15,
 * r = 8, p = 3). Four are computed at a time at most, since Node has as many threads: 128 MB.
 */
const cost: Cost = { log2: 15, r: 8, p: 3 };
/** What a kept hash may ask for, were a store tampered with. */
const greatest: Cost = { log2: 18, r: 16, p: 16 };
const hashLength = 32;

/**
 * Refuses (`valueInvalid`) what is too short, too long, of a few characters over and over, or the user's own name. What
 * kinds of characters there are is not asked for: it makes passwords no stronger.
 */
export function checkPassword(text: string, userPrincipalName: string): void {
  const characters = [...normalized(text)];
  const [name = ''] = userPrincipalName.toLowerCase().split('@');
  const reason =
    characters.length < leastLength
      ? `it has fewer than ${leastLength} characters`
      : characters.length > mostLength
        ? `it has more than ${mostLength} characters`
        : new Set(characters).size < leastVariety
          ? `it has fewer than ${leastVariety} different characters`
          : /\p{Cc}|\p{Surrogate}/u.test(text)
            ? 'it has a control character'
            : name.length >= 4 && text.toLowerCase().includes(name)
              ? "it has the user's name in it"
              : undefined;
  if (reason !== undefined)
    throw new GraphError('valueInvalid', { target: 'password', values: { property: 'password', reason } });
}

/** `$scrypt$ln=15,r=8,p=3$salt$hash`, so that what is kept can be verified when the cost has been raised. */
export async function hashPassword(text: string): Promise<string> {
  return kept(cost, randomBytes(16), normalized(text));
}

/**
 * Whether it is the user's password. Where there is no such user, or the user has none, it takes as long and is not. It does
 * not look at whether the user is enabled.
 */
export async function verifyPassword(user: User | undefined, text: string): Promise<boolean> {
  const hash = user?.passwordHash ?? undefined;
  const expected = hash ?? dummy;
  const [, , parameters = '', salt = ''] = expected.split('$');
  const made = await kept(costOf(parameters), Buffer.from(salt, 'base64url'), normalized(text));
  const equal = made.length === expected.length && timingSafeEqual(Buffer.from(made), Buffer.from(expected));
  return equal && hash !== undefined;
}

/** Stands in for the password of those who are not there. */
const dummy = `$scrypt$${written(cost)}$${Buffer.alloc(16).toString('base64url')}$${Buffer.alloc(hashLength).toString('base64url')}`;

/** No letter or digit that is taken for another. */
const alphabet = 'abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789';

/** A password of 24 characters: 139 bits. */
export function newPassword(): string {
  return Array.from({ length: 24 }, () => alphabet.charAt(randomInt(alphabet.length))).join('');
}

/** The same text however a keyboard composes it. What is longer than any password is cut: it is none. */
function normalized(text: string): string {
  return text.slice(0, 4 * mostLength).normalize('NFKC');
}

async function kept(at: Cost, salt: Buffer, text: string): Promise<string> {
  const hash = await derived(at, salt, text);
  return `$scrypt$${written(at)}$${salt.toString('base64url')}$${hash.toString('base64url')}`;
}

function derived({ log2, r, p }: Cost, salt: Buffer, text: string): Promise<Buffer> {
  const options = { N: 2 ** log2, r, p, maxmem: 256 * r * 2 ** log2 };
  return new Promise((resolve, reject) => {
    scrypt(text, salt, hashLength, options, (error, hash) => (error ? reject(error) : resolve(hash)));
  });
}

function written({ log2, r, p }: Cost): string {
  return `ln=${log2},r=${r},p=${p}`;
}

function costOf(text: string): Cost {
  const [, log2, r, p] = /^ln=(\d+),r=(\d+),p=(\d+)$/.exec(text)?.map(Number) ?? [];
  const found = { log2: log2 ?? 0, r: r ?? 0, p: p ?? 0 };
  const isUsable = (['log2', 'r', 'p'] as const).every((name) => found[name] >= 1 && found[name] <= greatest[name]);
  if (!isUsable) throw new Error('a password is kept in a form that is not known');
  return found;
}
