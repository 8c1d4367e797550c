// The settings of the server: one table.
export {
  completeSettings,
  type ServerSettings,
  type SettingKind,
  type SettingName,
  SettingsError,
  settings,
} from './settings.js';
