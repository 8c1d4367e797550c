// What a client would like (Prefer, RFC 7240), and what an answer says of it.

export interface Preferences {
  /** Whether a change answers with the object: `representation` is what happens without a word, too. */
  readonly return: 'minimal' | 'representation' | undefined;
  /** Most entities of a page. */
  readonly maxPageSize: number | undefined;
  /** Whether members of enumerations that are newer than the client may be answered; ours have no such members. */
  readonly unknownEnumMembers: boolean;
  /** Whether a batch goes on after a request of it was refused. */
  readonly continueOnError: boolean | undefined;
}

const none: Preferences = {
  return: undefined,
  maxPageSize: undefined,
  unknownEnumMembers: false,
  continueOnError: undefined,
};

const token = /^[!#$%&'*+.^_`|~\w-]+/;
const word = /^(?:"([^"]*)"|([^\s";,]*))/;

/** The preferences that are known here; others, and values that make no sense, are ignored, as RFC 7240 says. */
export function readPreferences(header: string | readonly string[] | undefined): Preferences {
  if (header === undefined) return none;
  const given = new Map<string, string>();
  for (const part of String(header).split(',')) {
    const { name, value } = readPreference(part.trim());
    const known = name.toLowerCase().replace(/^odata\./, '');
    // The first of a name counts (RFC 7240, section 2).
    if (!given.has(known)) given.set(known, value.toLowerCase());
  }
  const wanted = given.get('return');
  const size = given.get('maxpagesize') ?? '';
  const goOn = given.get('continue-on-error');
  return {
    return: wanted === 'minimal' || wanted === 'representation' ? wanted : undefined,
    maxPageSize: /^[1-9]\d{0,8}$/.test(size) ? Number(size) : undefined,
    unknownEnumMembers: given.has('include-unknown-enum-members'),
    continueOnError: goOn === undefined ? undefined : goOn !== 'false',
  };
}

/** A preference and its value, quoted or not; parameters behind a semicolon change nothing that is known here. */
function readPreference(text: string): { readonly name: string; readonly value: string } {
  const [name = ''] = token.exec(text) ?? [];
  let rest = text.slice(name.length).trimStart();
  let value = '';
  if (rest.startsWith('=')) {
    rest = rest.slice(1).trimStart();
    const [given = '', quoted, plain] = word.exec(rest) ?? [];
    value = quoted ?? plain ?? '';
    rest = rest.slice(given.length).trimStart();
  }
  return rest === '' || rest.startsWith(';') ? { name, value } : { name: '', value: '' };
}

/** The header that tells which preferences were followed; none where none was. */
export function appliedHeader(applied: readonly (string | false | undefined)[]): Readonly<Record<string, string>> {
  const told = applied.filter((one): one is string => typeof one === 'string');
  return told.length === 0 ? {} : { 'preference-applied': told.join(', ') };
}
