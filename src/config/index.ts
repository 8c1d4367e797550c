// The settings of the server: one table, where their values come from, and whether they go together.
export { checkDatabaseUrl, completeSettings, SettingsError } from './complete.js';
export { settingsSchema } from './file-schema.js';
export { claimNames, type IssuerSetting, issuerProperties, issuersIn, tenantsOf } from './issuer-setting.js';
export {
  isList,
  type ServerSettings,
  type SettingName,
  type SettingRow,
  settingRows,
  settings,
} from './settings.js';
export {
  describeProblem,
  gatherSettings,
  readSettings,
  type SettingProblem,
  type SettingSources,
  settingsFile,
  variableOf,
} from './sources.js';
export { boundsOf, judgeValue, readItem } from './value.js';
