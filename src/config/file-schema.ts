// The JSON Schema of the settings file, for editors and for those who check files before a server does.
import { issuerSchema } from './issuer-setting.js';
import { type SettingRow, settingRows } from './settings.js';
import { boundsOf } from './value.js';

/** JSON Schema 2020-12, made from the table. */
export function settingsSchema(): Readonly<Record<string, unknown>> {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Offshoot settings',
    description: 'offshoot.config.json; environment variables and options of the command line go before it.',
    type: 'object',
    properties: {
      $schema: { type: 'string' },
      ...Object.fromEntries(settingRows.map(([name, row]) => [name, schemaOf(row)])),
    },
    additionalProperties: false,
  };
}

function schemaOf(row: SettingRow): Readonly<Record<string, unknown>> {
  const { default: value, description, mode } = row;
  return {
    description: mode ? `${description} (${mode} mode)` : description,
    ...typeOf(row),
    ...(value !== undefined && typeof value !== 'object' && { default: value }),
  };
}

function typeOf(row: SettingRow): Readonly<Record<string, unknown>> {
  const bounds = boundsOf(row);
  if (bounds) return { type: 'integer', minimum: bounds[0], maximum: bounds[1] };
  if (row.kind === 'flag') return { type: 'boolean' };
  if (row.kind === 'texts') return { type: 'array', items: { type: 'string', minLength: 1 } };
  if (row.kind === 'issuers') return { type: 'array', items: issuerSchema() };
  return row.choices ? { enum: row.choices } : { type: 'string', minLength: 1 };
}
