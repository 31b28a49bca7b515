import './styles/base.css';
import './styles/helpdesk.css';
import './styles/helpdesk-dialog.css';
import { startHelpDesk } from './helpdesk/page.ts';

startHelpDesk();
