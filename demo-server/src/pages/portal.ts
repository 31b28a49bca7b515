import './evaluator/requests.ts';
import './styles/base.css';
import './styles/portal.css';
import './styles/masthead.css';
import './styles/looks.css';
import './styles/evaluator.css';
import '@tweestap/elements/mfa-login.js';
import { startEvaluator } from './evaluator/evaluator.ts';
import { startLogOut } from './log-out.ts';
import { startStepUp } from './step-up.ts';

startLogOut();
startStepUp();
await startEvaluator();
