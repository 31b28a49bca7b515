import './evaluator/requests.ts';
import './styles/base.css';
import './styles/portal.css';
import './styles/masthead.css';
import './styles/looks.css';
import './styles/evaluator.css';
import '@tweestap/elements/mfa-settings.js';
import { startLogOut } from './log-out.ts';

startLogOut();
