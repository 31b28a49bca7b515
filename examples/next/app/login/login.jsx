'use client';

export { MfaLogin as Login } from '@tweestap/react/mfa-login.js';
