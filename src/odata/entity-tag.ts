// Entity tags: one per object and version, the same by every route.
import { GraphError } from '../base/index.js';
import type { EntityTags, Stored } from '../plan/index.js';

/**
 * The tag names the object besides the version, since a navigation route may lead to another object tomorrow.
 * It is weak, because one version has several representations (`$select`, metadata levels).
 *
 * DEVIATION: entities have entity tags, and If-Match is honoured; Intune's have none, so the last of two writers wins.
 */
export function entityTag({ entity, version }: Stored): string {
  return `W/"${entity.id}.${version}"`;
}

/**
 * Whether the tags name the object's version. Compares weakly: RFC 9110, section 13.1.1 wants a strong comparison,
 * which weak tags never pass; OData (protocol 4.01, section 8.2.4) lets services use weak tags in If-Match all the same.
 */
export function matchesTag(tags: EntityTags, stored: Stored): boolean {
  if (tags === '*') return true;
  const own = opaque(entityTag(stored));
  return tags.some((tag) => opaque(tag) === own);
}

/** Whether two tags are of one version, weak or strong. */
export function sameTag(tag: string, other: string): boolean {
  return opaque(tag) === opaque(other);
}

function opaque(tag: string): string {
  return tag.replace(/^W\//, '');
}

/** Elements of a list that are empty count for nothing (RFC 9110, section 5.6.1). */
const list = /^[\s,]*(?:W\/)?"[\x21\x23-\x7e]*"(?:\s*,[\s,]*(?:W\/)?"[\x21\x23-\x7e]*")*[\s,]*$/;

/** The entity tags of an If-Match or If-None-Match header (RFC 9110, section 13.1). Refuses: `malformedHeader`. */
export function parseEntityTags(
  name: 'If-Match' | 'If-None-Match',
  header: string | undefined,
): EntityTags | undefined {
  if (header === undefined) return undefined;
  if (header.trim() === '*') return '*';
  if (header.length > 4096 || !list.test(header)) {
    throw new GraphError('malformedHeader', {
      target: name,
      values: { header: name, reason: 'it must be * or a list of quoted entity tags' },
    });
  }
  return header.match(/(?:W\/)?"[^"]*"/g) ?? [];
}
