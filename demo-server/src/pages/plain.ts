import './styles/base.css';
import './styles/looks.css';
import './styles/account.css';
