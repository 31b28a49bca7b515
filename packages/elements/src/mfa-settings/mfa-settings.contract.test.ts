import { elementContract } from '../testing/element-contract.ts';
import { settingsScenarios } from '../testing/settings-states.ts';
import './mfa-settings.ts';

elementContract(
  'mfa-settings',
  settingsScenarios['settings-password'] as (typeof settingsScenarios)[string],
  'password',
);
