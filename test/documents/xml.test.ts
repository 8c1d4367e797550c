// XML as text: what must be escaped, and what cannot be said.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { element, escapeXml, writeXml } from '../../src/documents/xml.js';

test('a text that looks like markup stays a text in XML', () => {
  assert.equal(
    writeXml(element('a', { b: `<"'&>\n`, c: undefined, d: 1 }, [element('e', {}, '<&')])),
    `<?xml version="1.0" encoding="utf-8"?>\n<a b="&lt;&quot;'&amp;&gt;&#10;" d="1">\n  <e>&lt;&amp;</e>\n</a>\n`,
  );
});

test('a character that XML does not have is a fault', () => {
  for (const text of ['\0', '\x1f', '\ufffe', '\ud800']) assert.throws(() => escapeXml(text), /XML cannot say/);
  assert.equal(escapeXml('😀 ä'), '😀 ä');
});
