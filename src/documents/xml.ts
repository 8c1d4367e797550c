// XML as a tree, and its text.

export interface Element {
  readonly name: string;
  /** Those that are undefined are left out. */
  readonly attributes: Readonly<Record<string, string | number | boolean | undefined>>;
  /** Elements, or nothing but a text. */
  readonly content: readonly Element[] | string;
}

export function element(name: string, attributes: Element['attributes'], content: Element['content'] = []): Element {
  return { name, attributes, content };
}

/** The text of a whole document, UTF-8, each element on a line of its own. Refuses (a fault) what XML 1.0 cannot say. */
export function writeXml(root: Element): string {
  return `<?xml version="1.0" encoding="utf-8"?>\n${writeElement(root, '')}`;
}

function writeElement({ name, attributes, content }: Element, indent: string): string {
  const given = Object.entries(attributes).filter(([, value]) => value !== undefined);
  const head = `${indent}<${name}${given.map(([key, value]) => ` ${key}="${escapeXml(String(value))}"`).join('')}`;
  if (typeof content === 'string') return `${head}>${escapeXml(content)}</${name}>\n`;
  if (content.length === 0) return `${head} />\n`;
  return `${head}>\n${content.map((child) => writeElement(child, `${indent}  `)).join('')}${indent}</${name}>\n`;
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
};

/** Everything but Char of XML 1.0, section 2.2. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const unwritable = /[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|\p{Surrogate}/u;

/** As it stands in an attribute or an element; white space is kept from being normalised. */
export function escapeXml(text: string): string {
  if (unwritable.test(text)) throw new Error('a text has characters that XML cannot say');
  return text.replace(/[&<>"\t\n\r]/g, (character) => entities[character] ?? character);
}
