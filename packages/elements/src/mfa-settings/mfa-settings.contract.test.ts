import { elementContract } from '../testing/element-contract.ts';
import { settingsLooks } from '../testing/settings-states.ts';
import './mfa-settings.ts';

elementContract('mfa-settings', settingsLooks['settings-password'] as (typeof settingsLooks)[string], 'password');
