// Headers that every answer has, the same each time, as Graph has them.

/** What Graph tells of the machine that answered; of this one there is nothing to tell. */
const diagnostic = JSON.stringify({
  ServerInfo: { DataCenter: 'self-hosted', Slice: 'E', Ring: '0', ScaleUnit: '000', RoleInstance: 'offshoot' },
});

export const constantHeaders = {
  'odata-version': '4.0',
  'cache-control': 'no-store',
  'x-ms-ags-diagnostic': diagnostic,
} as const;
