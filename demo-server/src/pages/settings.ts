import './plain.ts';
import '@tweestap/elements/mfa-settings.js';
import { startSignOut } from './sign-out.ts';

startSignOut();
