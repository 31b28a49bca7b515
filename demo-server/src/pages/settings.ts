import './plain.ts';
import './styles/portal.css';
import './styles/looks.css';
import '@tweestap/elements/mfa-settings.js';
import { startSignOut } from './sign-out.ts';

startSignOut();
