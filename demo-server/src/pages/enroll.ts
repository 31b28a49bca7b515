import './plain.ts';
import '@tweestap/elements/mfa-enroll.js';
import { startSignOut } from './sign-out.ts';

startSignOut();
