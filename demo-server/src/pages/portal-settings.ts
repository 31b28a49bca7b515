import './evaluator/requests.ts';
import './styles/base.css';
import './styles/portal.css';
import './styles/looks.css';
import './styles/evaluator.css';
import '@tweestap/elements/mfa-settings.js';
import { startSignOut } from './sign-out.ts';

startSignOut();
