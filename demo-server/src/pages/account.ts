import './plain.ts';
import '@tweestap/elements/mfa-login.js';
