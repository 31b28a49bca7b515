import './styles/base.css';
import './styles/helpdesk.css';
import { startDesk } from './helpdesk/desk.ts';

startDesk();
