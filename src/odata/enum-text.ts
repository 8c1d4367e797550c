// Enumeration values as text: one member, or the comma-joined members of a set of flags.
import type { EnumType } from '../edm/index.js';

/** Why a text is no value of an enumeration. */
export type MemberProblem = { readonly unknown: string } | { readonly alone: string };

/**
 * The canonical text of a value: the member's name, or for flags the names in the order of their numbers, joined by
 * commas without spaces. Names are matched exactly. The member of number zero stands alone.
 * (OData ABNF 4.01, enumValue)
 */
export function readMembers(text: string, type: EnumType): string | MemberProblem {
  if (!type.flags) return Object.hasOwn(type.members, text) ? text : { unknown: text };
  const given = text.split(',').map((name) => name.trim());
  const unknown = given.find((name) => !Object.hasOwn(type.members, name));
  if (unknown !== undefined) return { unknown };
  const members = Object.keys(type.members)
    .filter((name) => given.includes(name))
    .sort((a, b) => (type.members[a] ?? 0) - (type.members[b] ?? 0));
  const zero = members.find((name) => type.members[name] === 0);
  return zero !== undefined && members.length > 1 ? { alone: zero } : members.join(',');
}

/**
 * The same text with the names of members for their numbers, as URLs may have them (OData ABNF 4.01, enumMemberValue): of
 * flags those that make the number together. A number that no members make stays.
 */
export function withoutNumbers(text: string, type: EnumType): string {
  return text
    .split(',')
    .map((part) => (/^\s*\d{1,9}\s*$/.test(part) ? (namesOf(Number(part), type) ?? part) : part))
    .join(',');
}

function namesOf(number: number, { members, flags }: EnumType): string | undefined {
  const exact = Object.keys(members).find((name) => members[name] === number);
  if (exact !== undefined || !flags) return exact;
  const parts = Object.entries(members).filter(([, bit]) => bit !== 0 && (number & bit) === bit);
  const whole = parts.reduce((sum, [, bit]) => sum | bit, 0);
  return whole === number ? parts.map(([name]) => name).join(',') : undefined;
}
