import './styles/base.css';
import './styles/looks.css';
import './styles/account.css';
import '@tweestap/elements/mfa-enroll.js';
import '@tweestap/elements/mfa-login.js';
import { startSignOut } from './sign-out.ts';

startSignOut();
