// Runs odata2ts, unmodified, in a process of its own; takes its command line.
import Module, { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
// It asks for the compiler's API that TypeScript had until version 5; version 7 has another. The package by which it
// writes its code brings that API along.
const known = require.resolve('typescript');
require.cache[known] = Object.assign(new Module(known), {
  filename: known,
  loaded: true,
  exports: createRequire(require.resolve('ts-morph'))('@ts-morph/common').ts,
});
require('@odata2ts/odata2ts/lib/run-cli.js');
